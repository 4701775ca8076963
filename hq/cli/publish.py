"""`tote-hq publish`: a new version of the catalogue for the stores, and how far it is rolled out."""

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from edge.catalogue import Version
    from hq.rings import Ring
    from hq.service import Hq
    from sync.codec import FeedHead

HOW = """\
A roll-out in two steps:
  tote-hq stores --ring aurora-tallinn canary      # once: this store gets new versions first
  tote-hq import --no-publish articles.csv
  tote-hq publish --ring canary                    # only the canaries are told of it
  tote-hq publish --promote                        # then everybody is
Something is wrong:
  tote-hq publish --pause                          # nobody is told of anything, canaries included; who has the
                                                   # version keeps it; imports publish versions that wait
  tote-hq publish --revert                         # the content of the version before, as a new version, to everybody
  tote-hq publish --resume                         # or go on as it was

What was imported stays imported: after --revert the next version holds it again, unless it is put right before;
publishing that says so. --json prints {"published": "EPOCH.N" or null, "size", "sha256"}, and {"remarks": [TEXT]}
where nobody is told or a revert is undone; with a ring's state {"ring", "version", "paused"}."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "publish",
        help="a new version of the catalogue for the stores; roll-outs",
        description="Builds the catalogue from what was imported, signs it and publishes it as a new version. The "
        "running `tote-hq run` notices within a fraction of a second and tells the stores: what changed where that is "
        "less than the whole. When nothing changed since the newest version nothing is published. Stock needs no "
        "version: it is told as it changes.",
        epilog=HOW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--force", action="store_true", help="publish although nothing changed")
    parser.add_argument("--note", default="", help="what this version is, for those who look at the list of versions")
    parser.add_argument("--ring", default="all", help="who is told: canary, or all (the default)")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--promote", action="store_true", help="tell everybody of what the canaries have")
    instead.add_argument(
        "--pause", action="store_true", help="tell nobody until --resume; with --ring canary: no canary"
    )
    instead.add_argument("--resume", action="store_true", help="end a pause")
    instead.add_argument(
        "--revert",
        nargs="?",
        const="",
        metavar="EPOCH.N",
        help="publish the content of that version, or of the one before the newest, as a new one; ends a pause",
    )
    add_place(parser)
    parser.set_defaults(run=_publish)


def _publish(args: argparse.Namespace) -> int:
    from hq import rings

    if args.ring not in rings.RINGS:
        raise InputError(f"There is no ring {args.ring!r}. The rings are {' and '.join(rings.RINGS)}.")
    with opened(args) as hq:
        if args.promote or args.pause or args.resume:
            return _roll_out(hq, args)
        if args.revert is not None:
            head: FeedHead | None = _revert(hq, args.revert, args.note)
        else:
            head = publish_now(hq, note=args.note, force=args.force, ring=args.ring)
        heard = _remarks(hq, head, args.ring) if head else []
    if args.json:
        more: dict[str, object] = {"size": head.size, "sha256": head.sha256} if head else {}
        more |= {"remarks": heard} if heard else {}
        say_json({"published": version_of(head) or None, **more})
    else:
        print(f"Published version {version_of(head)}, {head.size} octets." if head else "Nothing changed.")
        for remark in heard:
            print(f"Version {version_of(head)}: {remark}.", file=sys.stderr)
    return 0


def _remarks(hq: "Hq", head: "FeedHead", ring: str) -> list[str]:
    from edge.catalogue import Version
    from hq.feeds.remarks import remarks

    with hq.reading() as connection:
        return remarks(connection, Version(head.epoch, head.n), ring)


def publish_now(hq: "Hq", *, note: str, force: bool = False, ring: str = "all") -> "FeedHead | None":
    from hq.feeds import publish

    with hq.engine.connect() as connection:
        return publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), note=note[:1000], force=force, ring=ring)


def version_of(head: "FeedHead | None") -> str:
    """ "1.4", or "" without one."""
    return f"{head.epoch}.{head.n}" if head else ""


def _revert(hq: "Hq", to: str, note: str) -> "FeedHead":
    from hq.feeds import Publisher

    with hq.engine.connect() as connection:
        publisher = Publisher(connection=connection, folder=hq.dir, signing_key=hq.keys.signing, now=hq.clock())
        return publisher.revert(_version(to) if to else None, note=note[:1000])


def _version(text: str) -> "Version":
    from edge.catalogue import Version

    if not (read := re.fullmatch(r"(\d{1,9})[.-](\d{1,9})", text)):
        raise InputError(f"{text!r} is no version: write it like 1.811. The page Catalogue lists them.")
    return Version(int(read[1]), int(read[2]))


def _roll_out(hq: "Hq", args: argparse.Namespace) -> int:
    from hq import rings

    with hq.engine.begin() as connection:
        if args.promote:
            rings.promote(connection, now=hq.clock())
        else:
            rings.pause(connection, args.ring, args.pause)
        known = [known for name in rings.RINGS if (known := rings.ring(connection, name))]
    if args.json:
        for one in known:
            say_json({"ring": one.name, "version": f"{one.version.epoch}.{one.version.n}", "paused": one.paused})
    else:
        print(table([["ring", "version", "told"], *map(_row, known)]))
    return 0


def _row(ring: "Ring") -> list[str]:
    return [ring.name, f"{ring.version.epoch}.{ring.version.n}", "paused: nobody" if ring.paused else "yes"]
