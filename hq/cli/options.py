"""Options and output that several commands share."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hq.config import Config
from hq.config_file import load
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.service import Hq

DIR = Path("/var/lib/tote-hq")
SETTINGS = Path("/etc/tote/hq.toml")
"""Of the HQ in DIR, as the service has it."""


def add_place(parser: argparse.ArgumentParser) -> None:
    """--dir, --config and --json."""
    parser.add_argument("--dir", type=Path, default=DIR, metavar="D", help=f"HQ's data folder (default: {DIR})")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="F",
        help=f"the settings (default: D/hq.toml, where there is one, else {SETTINGS} for the HQ in {DIR})",
    )
    parser.add_argument("--json", action="store_true", help="JSON on stdout, a line each, and nothing else there")


def add_who(parser: argparse.ArgumentParser, *, basket: bool = False) -> None:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--mail", metavar="ADDRESS", help="the person with this mail address")
    who.add_argument("--phone", metavar="NUMBER", help="the person with this phone number, such as +37251234567")
    who.add_argument("--card", metavar="NUMBER", help="the person with this loyalty card")
    who.add_argument("--customer", metavar="ID", help="whom a web shop or the list of customers calls so")
    who.add_argument("--profile", metavar="ID", help="the profile of this id; its beginning will do")
    if basket:
        who.add_argument("--basket", metavar="ID", help="the basket of this id; its beginning will do")


def settings_of(args: argparse.Namespace) -> Path | None:
    """The service and every command find the same settings: --config, else D/hq.toml, else SETTINGS for DIR."""
    usual = [args.dir / "hq.toml", *([SETTINGS] if args.dir.resolve() == DIR.resolve() else [])]
    return args.config or next((path for path in usual if path.exists()), None)


def config_of(args: argparse.Namespace) -> Config:
    return load(settings_of(args))


@contextmanager
def opened(args: argparse.Namespace, *, make: bool = False) -> "Iterator[Hq]":
    """The HQ under --dir; one that is not there is only made where `make` says so."""
    from hq.service import open_hq  # SQLAlchemy and Alembic take their time: --help does without

    if not make:
        refuse_none(args.dir)
    with closing(open_hq(args.dir, config_of(args))) as hq:
        yield hq


def refuse_none(folder: Path) -> None:
    """A folder that is none must not become one by a slip of --dir. One that lost its keys is `open_hq`'s to name."""
    if _is_hq(folder):
        return
    if _is_hq(folder / "hq"):
        raise InputError(f"{folder} holds no HQ, but {folder / 'hq'} does: name that one with --dir.")
    raise InputError(f"{folder} holds no HQ: name the folder of `tote-hq run` with --dir. The demo's is DIR/hq.")


def _is_hq(folder: Path) -> bool:
    return (folder / "keys").exists() or (folder / "hq.db").exists()


def say_json(value: object) -> None:
    """One line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def day(ms: int | None) -> str:
    """A time for the terminal: UTC, to the second; "–" for never."""
    if not ms:
        return "–"
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError):
        return f"{ms} ms"


def table(rows: list[list[str]]) -> str:
    """Columns side by side, the first row being their names."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
