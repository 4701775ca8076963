"""`tote readers`: how the box's readers do, and a look at what one of them reads."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from edge.cli import reader_test, reader_write
from edge.cli.options import add_json, say_json
from edge.cli.status import BOX, ask

PACE = 1.0
"""Seconds between two looks of the live table."""
COLUMNS = ("reader", "station", "driver", "state", "for", "last scan", "a minute", "scans", "failures")


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "readers",
        help="the readers: state, last scan, rate, failures; try one out",
        description="Shows the running box's readers, live on a terminal and once elsewhere. "
        "`tote readers test NAME` opens one itself and shows what it reads; "
        "`tote readers write NAME CODE` writes a tag.",
    )
    parser.add_argument("--box", default=BOX, metavar="URL", help=f"the box (default: {BOX})")
    parser.add_argument("--once", action="store_true", help="do not stay and watch")
    add_json(parser)
    parser.set_defaults(run=main)
    commands = parser.add_subparsers(metavar="test | write", title="with one reader")
    reader_test.add(commands)
    reader_write.add(commands)


def main(args: argparse.Namespace) -> int:
    """Exit status 1 where a reader is not up; watching ends with Ctrl-C."""
    readers = _readers(args.box)
    if args.json:
        for reader in readers:
            say_json(reader)
    elif args.once or not sys.stdout.isatty():
        _print(readers)
    else:
        _watch(args.box)
    return 0 if all(reader["state"] == "up" for reader in readers) else 1


def _readers(box: str) -> list[dict[str, Any]]:
    return list(ask(box.rstrip("/"))["readers"])


def _watch(box: str) -> None:
    from rich.live import Live

    with suppress(KeyboardInterrupt), Live(_table(_readers(box)), auto_refresh=False) as live:
        while True:
            time.sleep(PACE)
            live.update(_table(_readers(box)), refresh=True)


def _print(readers: list[dict[str, Any]]) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 160).print(_table(readers))


def _table(readers: list[dict[str, Any]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(*COLUMNS, box=None, pad_edge=False)
    for reader in readers:
        table.add_row(*row(reader, time.time()), style="" if reader["state"] == "up" else "bold")
        if reader["error"]:
            table.add_row(Text("  " + reader["error"], style="italic"))
    return table if readers else "No reader is configured for this box: see docs/readers.md."


def row(reader: dict[str, Any], now: float) -> Iterator[str]:
    """The cells of one reader; `now` in seconds since 1970."""
    yield reader["name"]
    yield reader["station"]
    yield reader["driver"]
    yield reader["state"]
    yield _age(now - reader["since"])
    yield f"{_age(now - reader['last_scan'])} ago" if reader["last_scan"] else "-"
    yield str(reader["per_minute"])
    yield f"{reader['scans']:,}"
    yield f"{reader['failures']:,}"


def _age(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
