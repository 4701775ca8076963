"""`tote log`: the event log of this box, shown or verified."""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge.cli.options import add_config, add_json, harmless, say_json
from edge.config import ConfigError, load
from edge.store import Database, EventLog
from sync.codec import Envelope


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "log",
        help="show or verify the event log",
        description="Shows the last events of this box, or verifies the hash chain from event 1 on (exit 1 if broken).",
    )
    parser.add_argument("what", nargs="?", choices=("show", "verify"), default="show")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="how many events to show (default: 20)")
    parser.add_argument("--db", type=Path, metavar="FILE", help="store.db (default: the one of the settings)")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    path = args.db or Path(load(args.config).dir) / "store.db"
    if not path.exists():
        raise ConfigError(f"there is no {path}: name the box's store.db with --db")
    with Database(path) as database:
        log = EventLog(database)
        return _verify(log, args.json) if args.what == "verify" else _show(log.latest(args.limit), args.json)


def _show(newest_first: Iterable[Envelope], as_json: bool) -> int:
    for event in reversed(list(newest_first)):
        if as_json:
            say_json({"n": event.n, "id": event.id, "at": event.at, "kind": event.kind, "body": json.loads(event.body)})
        else:
            at = datetime.fromtimestamp(event.at / 1000, UTC)
            print(harmless(f"{event.n:>7}  {at:%Y-%m-%d %H:%M:%S} UTC  {event.kind:<18} {event.body}"))
    return 0


def _verify(log: EventLog, as_json: bool) -> int:
    broken, head, receipt = log.first_broken(), log.head(), log.receipt()
    found = {"log": log.log_id, "head": head, "receipted": receipt.n if receipt else 0, "first_broken": broken}
    if as_json:
        say_json(found)
    elif broken is None:
        print(f"log {log.log_id}: all {head:,} events are whole, HQ has {found['receipted']:,}")
    else:
        print(f"log {log.log_id}: broken from event {broken} on. Keep a copy of the file, and see docs/operate.md")
    return 0 if broken is None else 1
