"""`tote demo`: all of Tote on this machine."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from edge.demo import page, ports
from edge.demo.broker import KINDS
from edge.demo.errors import DemoError
from edge.demo.lock import held
from edge.demo.orchestra import Demo
from edge.demo.plan import Plan
from edge.demo.walk import Walk

DESCRIPTION = """\
Starts a broker, HQ, a mail sink, one box with three stations (wall, tablet, staff) and simulated readers, all as real
processes on loopback, and shows where they are. The shelf is a page of the shop's articles: clicking one scans its
barcode, or taps its tag, at the station you choose. Ctrl-C stops everything.

With --walk it goes through a shopper's whole journey by itself, tells how long each step took, and stops; the exit
status is 0 only if every step went well.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="all of Tote on this machine: broker, HQ, mail sink, a box, simulated readers",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--dir", type=Path, help="keep data and logs there (default: a temporary folder, removed at the end)"
    )
    parser.add_argument("--walk", action="store_true", help="do the whole journey, step by step, and stop")
    parser.add_argument(
        "--broker", choices=KINDS, default="", help="which broker (default: Mosquitto where it is installed)"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON line when all is ready (with --walk: one when done)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    told: list[int] = []

    def stop(number: int, _frame: object) -> None:
        """Once. What is raised here is lost where a destructor happens to run: so the loop looks at `told` too."""
        if not told:
            told.append(number)
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        with folder(args.dir) as where, held(where), Demo(plan(where), broker=args.broker) as demo:
            with suppress(KeyboardInterrupt):
                return play(demo, args, told)
            return 0
    except DemoError as error:
        print(f"tote demo: {error}", file=sys.stderr)
        return 1


def plan(where: Path) -> Plan:
    return Plan(where, ports.choose(where / "ports.json"))


def play(demo: Demo, args: argparse.Namespace, told: list[int]) -> int:
    """Start, announce, and go on until somebody stops it (`told` holds the signal), or the walk is done."""
    console = Console(stderr=args.json)
    with console.status("Starting broker, HQ, mail sink, readers and box …"):
        demo.start()
    if args.walk:
        return walk(demo, console, as_json=args.json)
    if args.json:
        print(json.dumps(demo.plan.announcement()), flush=True)
    with page.live(demo, console, quiet=args.json) as show:
        while not told:
            demo.tend()
            demo.check()
            show()
            threading.Event().wait(0.2)
    return 0


def walk(demo: Demo, console: Console, *, as_json: bool) -> int:
    """The walk has a thread of its own: parts are started and stopped by the main thread alone."""
    walking = Walk(demo.plan, None if as_json else console)
    thread = threading.Thread(target=walking.run, name="walk", daemon=True)
    thread.start()
    while thread.is_alive():
        demo.tend()
        demo.check()
        thread.join(0.1)
    if as_json:
        print(json.dumps(walking.report()), flush=True)
    return 0 if walking.ok else 1


@contextmanager
def folder(wanted: Path | None) -> Iterator[Path]:
    """The folder asked for, or one that is gone afterwards."""
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    temporary = Path(tempfile.mkdtemp(prefix="tote-demo-"))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
