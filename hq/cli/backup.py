"""`tote-hq backup`: a verified copy of everything that nobody else can tell HQ again."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hq.cli.options import add_place, opened, say_json
from hq.errors import BackupError


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup",
        help="a verified backup: database, journal and keys",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="""Copies the database (SQLite or PostgreSQL) as of one moment, the journal and the keys into a new
folder, while HQ runs. Then the copy is opened and read through: only a backup that is whole, and says what
the database said, is kept and counts. Two weeks later, and not before, stores may forget the events in it.

It holds everything about everybody, and the keys that open it: readable by its owner alone, and best kept on
another machine. The pictures and published catalogues are not in it; importing brings them again.""",
        epilog='--json prints {"backup","made","rows","state","removed"}. Exit status 0 only for a verified backup.',
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: backups in the data folder)")
    parser.add_argument("--keep", type=int, metavar="DAYS", help="then remove backups there that are older")
    parser.add_argument("--check", type=Path, metavar="BACKUP", help="make none: only read this one through")
    add_place(parser)
    parser.set_defaults(run=_backup)


def _backup(args: argparse.Namespace) -> int:
    from hq.backup import check

    if args.check:
        manifest, folder, removed = check(args.check), args.check, []
    else:
        manifest, folder, removed = _made(args)
    if args.json:
        said = {"backup": str(folder), "made": manifest.made, "rows": manifest.rows, "state": manifest.state}
        say_json(said | {"removed": [str(old) for old in removed]})
    else:
        taken = datetime.fromtimestamp(manifest.made / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        print(f"{folder}: {manifest.rows} rows as of {taken}, read through and whole")
        print("\n".join(f"{old} removed" for old in removed), end="\n" if removed else "")
    return 0


def _made(args: argparse.Namespace) -> Any:
    from hq.backup import make
    from hq.backup.making import DAY, drop_old

    out = args.out or args.dir / "backups"
    with opened(args) as hq:
        try:
            folder, manifest = make(hq, out)
            removed = [] if args.keep is None else drop_old(out, before=manifest.made - args.keep * DAY)
        except OSError as error:
            raise BackupError(
                f"The backup could not be written ({error}). Make room, or name another --out."
            ) from error
    return manifest, folder, removed
