"""`tote-hq snapshot`: the catalogue file that a box gets, plain, for looking into it or for a box without a line."""

import argparse
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.service import Hq


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "snapshot",
        help="the catalogue database that a box gets, as a file",
        description="Writes the newest published version of the catalogue, unpacked and with its hash checked. "
        "`tote find WORDS --db FILE` searches it.",
        epilog='--json prints {"file", "version": "EPOCH.N", "size"}.',
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to; an earlier FILE is replaced")
    add_place(parser)
    parser.set_defaults(run=_snapshot)


def _snapshot(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        version = write(hq, args.out)
    size = args.out.stat().st_size
    if args.json:
        say_json({"file": str(args.out), "version": version, "size": size})
    else:
        print(f"{args.out}: version {version}, {size} octets")
    return 0


def write(hq: "Hq", out: Path) -> str:
    """The version that was written. `out` appears whole or not at all. Raises InputError."""
    from edge.catalogue import CatalogueError, unpack
    from hq.catalogue import newest_version
    from sync.codec import decode_head

    with hq.reading() as connection:
        row = newest_version(connection)
    if row is None:
        raise InputError("No version of the catalogue was published yet. `tote-hq import FILE` does so.")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with (hq.dir / "feeds" / str(row.file)).open("rb") as packed:
            unpack(packed, part, hash_hex=decode_head(row.head).sha256)
        part.replace(out)
    except CatalogueError as error:
        raise InputError(
            f"Version {row.epoch}.{row.n} is damaged: {error}. `tote-hq publish --force` makes a new one."
        ) from error
    except OSError as error:
        raise InputError(f"{out} can't be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
    return f"{row.epoch}.{row.n}"
