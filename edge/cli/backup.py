"""`tote backup`: what this box alone has, where it does not die with it."""

import argparse
import time
from pathlib import Path
from typing import Any

from edge.cli.options import add_config, add_json, say_json
from edge.config_file import load


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup",
        help="an encrypted copy of the store, the staff and the settings, read through",
        description="Copies the store's database as of one moment, while the box runs, with the list of staff and the "
        "settings, into one encrypted file, and reads that as a restore would. Only HQ can open it: `tote restore` "
        "asks it for the key. Catalogue, pictures and certificates are not in it.",
        epilog='--json prints {"backup","events","removed"}. Exit status 0 only for a backup that was read through.',
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: backup.dir of the settings)")
    parser.add_argument("--keep", type=int, metavar="N", help="how many of them stay (default: backup.keep)")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from edge.backup import BackupError, folder_of, make
    from edge.owner import as_owner

    config = load(args.config)
    folder = Path(config.dir)
    out = args.out or folder_of(config)
    keep = config.backup.keep if args.keep is None else args.keep
    try:
        with as_owner(folder):
            made = make(config, args.config, out, now=time.time_ns() // 1_000_000, keep=keep)
    except OSError as error:
        raise BackupError(f"The backup could not be written ({error}). Make room, or name another --out.") from error
    if args.json:
        say_json({"backup": str(made.path), "events": made.events, "removed": [str(old) for old in made.removed]})
    else:
        print(f"{made.path}: {made.events:,} events, encrypted, read through and whole")
        print("\n".join(f"{old} removed" for old in made.removed), end="\n" if made.removed else "")
    return 0
