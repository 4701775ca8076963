"""`tote readers`: how the box's readers do, and a look at what one of them reads."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from edge.cli import reader_test, reader_write
from edge.cli.errors import BoxError
from edge.cli.options import add_json, say_json
from edge.cli.status import BOX, ask

PACE = 1.0
"""Seconds between two looks of the live table."""
COLUMNS = ("reader", "station", "state", "last scan", "a minute", "scans", "failures", "driver")


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
        print("\n".join(lines(readers, time.time())))
    else:
        _watch(args.box)
    return 0 if all(reader["state"] == "up" for reader in readers) else 1


def _readers(box: str) -> list[dict[str, Any]]:
    return list(ask(box.rstrip("/"))["readers"])


def _watch(box: str) -> None:
    from rich.live import Live
    from rich.text import Text

    with suppress(KeyboardInterrupt), Live(auto_refresh=False) as live:
        while True:
            try:
                told = lines(_readers(box), time.time())
            except BoxError as error:  # it starts anew, perhaps; it is looked for until somebody has seen enough
                told = [str(error)]
            live.update(Text("\n".join(told)), refresh=True)
            time.sleep(PACE)


def lines(readers: list[dict[str, Any]], now: float) -> list[str]:
    """The table, and below a reader what is wrong with it; `now` in seconds since 1970."""
    if not readers:
        return ["No reader is configured for this box: see docs/readers.md."]
    rows = [COLUMNS, *(tuple(row(reader, now)) for reader in readers)]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in rows]
    told = [
        [line, f"  {reader['error']}"] if reader["error"] else [line]
        for line, reader in zip(table[1:], readers, strict=True)
    ]
    return [table[0], *(line for both in told for line in both)]


def row(reader: dict[str, Any], now: float) -> Iterator[str]:
    """The cells of one reader; `now` in seconds since 1970."""
    yield reader["name"]
    yield reader["station"]
    yield f"{reader['state']} {_age(now - reader['since'])}"
    yield f"{_age(now - reader['last_scan'])} ago" if reader["last_scan"] else "-"
    yield str(reader["per_minute"])
    yield f"{reader['scans']:,}"
    yield f"{reader['failures']:,}"
    yield reader["driver"]


def _age(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
