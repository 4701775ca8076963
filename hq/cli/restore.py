"""`tote-hq restore`: HQ as it was at a backup, with all that was decided since; the stores fill up the rest."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, config_of, day, opened, say_json

if TYPE_CHECKING:
    from hq.backup.restoring import Restored


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "restore",
        help="HQ back from a backup; the stores refill it",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="""Puts HQ back to a backup. Every `tote-hq run` and `worker` must be stopped. What HQ itself
decided since (withdrawals, erasures, mails sent, orders imported …) is replayed from the journal, which therefore
must be there, as it is or as a copy (--journal). After the next start the stores see that HQ began a new life, and send
again what it lacks: nobody is mailed twice, and who was erased stays gone.

What was there before is kept in D/before-restore-…: remove it when all is well. Files that were imported since
the backup (catalogue, stores; not orders) are to be imported again.""",
        epilog='--json prints {"backup","made","epoch","replayed","logs","kept","published"}.',
    )
    parser.add_argument("backup", type=Path, metavar="BACKUP", help="the folder that `tote-hq backup` made")
    parser.add_argument(
        "--journal", type=Path, metavar="F", help="a copy of the journal, where D/journal.jsonl is lost"
    )
    parser.add_argument(
        "--accept-gaps", action="store_true", help="take a backup that lacks what stores have forgotten"
    )
    add_place(parser)
    parser.set_defaults(run=_restore)


def _restore(args: argparse.Namespace) -> int:
    from hq import clock
    from hq.backup import restore

    config = config_of(args)
    more = {"journal": args.journal, "accept_gaps": args.accept_gaps}
    restored = restore(args.dir, config, args.backup, clock=clock.now, **more)
    _say(restored, _published(args), args.json)
    return 0


def _published(args: argparse.Namespace) -> bool:
    """The catalogue anew, where the file of the version that the backup names is long swept away."""
    from hq.catalogue import newest_version
    from hq.cli.publish import publish_now

    with opened(args) as hq:
        with hq.reading() as connection:
            row = newest_version(connection)
        if row is None or (hq.feeds / row.file).exists():
            return False
        return publish_now(hq, note="restored", force=True) is not None


def _say(restored: "Restored", published: bool, as_json: bool) -> None:
    if as_json:
        names = ("backup", "made", "epoch", "replayed", "logs")
        said = {name: getattr(restored, name) for name in names}
        say_json(said | {"kept": str(restored.kept), "published": published})
        return
    print(f"restored to {restored.backup}, made {day(restored.made)}; this is life {restored.epoch} of this HQ")
    print(f"{restored.replayed} entries of the journal were replayed; {restored.logs} logs go on where the backup ends")
    print(f"what was there is kept in {restored.kept}")
    if published:
        print("the catalogue is published anew: its file was gone")
    print("Start `tote-hq run`: the stores send the rest by themselves. Import again what was imported since.")
