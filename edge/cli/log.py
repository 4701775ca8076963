"""`tote log`: the event log of this box, shown or verified."""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from edge.cli.options import add_config, add_json, harmless, say_json
from edge.config import ConfigError
from edge.config_file import load
from edge.store import Database, EventLog, Verdict
from edge.store.wal import damaged_commits, torn_wal
from sync.codec import Envelope

WHY = {
    "fork": "HQ has other events from number {n} on (a copied card, or older data put back)",
    "machine": "found on another machine (a copied card, or one put into another box); HQ lacked {n} and what followed",
    "damage": "damaged on the disk from event {n} on",
}

LONGEST_BODY = 120
"""Characters of an event's body that people are shown."""
END_MISSING = (
    "events at the end are missing: the write-ahead log beside the file is, or was, damaged. HQ keeps those that it"
    " has; see store.db-wal-damaged in docs/operate.md"
)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "log",
        help="show or verify the event log",
        description="Shows the last events of this box; or verifies every event, link and sealed blob from the cut on,"
        " in the present log and those it followed, and says how these ended. Exit 1 where something is broken.",
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
    missing = args.what == "verify" and _end_is_missing(path)
    with Database(path) as database:
        log = EventLog(database)
        return _verify(log, missing, args.json) if args.what == "verify" else _show(log.latest(args.limit), args.json)


def _end_is_missing(path: Path) -> bool:
    """Whether the WAL is damaged, or was when the box started. Looked at twice: a box that runs begins it anew."""
    return torn_wal(path).exists() or all(damaged_commits(path.with_name(f"{path.name}-wal")) for _ in range(2))


def ended(end: Mapping[str, Any]) -> str:
    """How a life of the log ended, from the fields of `Ended`."""
    at = datetime.fromtimestamp(end["at"] / 1000, UTC)
    words = f"log {end['log']} ended {at:%Y-%m-%d %H:%M} UTC: {WHY[end['why']].format(n=end['forked_at'])}"
    if numbers := ", ".join(map(str, end["left_out"])):
        words = f"{words}; damaged and left out: {numbers}"
    match end["lost"]:
        case 0:
            return f"{words} (HQ has them)" if numbers else f"{words}; nothing is lost"
        case None:
            return f"{words}; how many events that HQ had not confirmed are lost with it can't be read any more"
        case lost:
            return f"{words}; {lost} that HQ had not confirmed can't be read any more"


def _show(newest_first: Iterable[Envelope], as_json: bool) -> int:
    for event in reversed(list(newest_first)):
        if as_json:
            say_json({"n": event.n, "id": event.id, "at": event.at, "kind": event.kind, "body": json.loads(event.body)})
        else:
            at = datetime.fromtimestamp(event.at / 1000, UTC)
            print(harmless(f"{event.n:>7}  {at:%Y-%m-%d %H:%M:%S} UTC  {event.kind:<18} {_short(event.body)}"))
    return 0


def _short(body: str) -> str:
    """For people; --json has all of it."""
    return body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]}…"


def _verify(log: EventLog, missing: bool, as_json: bool) -> int:
    *past, present = verdicts = log.verify()
    if as_json:
        say_json({**_fields(present), "end_missing": missing, "past": [{**_fields(one), **_end(one)} for one in past]})
    else:
        for verdict, next_one in zip_longest(verdicts, verdicts[1:]):
            print("\n".join(map(harmless, words(verdict, next_one.log if next_one else ""))))
        if missing:
            print(END_MISSING)
    return 1 if missing or any(verdict.first_broken is not None for verdict in verdicts) else 0


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {name: value for name, value in asdict(verdict).items() if name != "ended"}


def _end(verdict: Verdict) -> dict[str, Any]:
    end = verdict.ended
    return {} if end is None else {"why": end.why, "forked_at": end.forked_at, "at": end.at, "left_out": end.left_out}


def broken(verdict: Verdict) -> tuple[str, str]:
    """What is broken in a life of the log, and what to do."""
    how = "can't be read: the file is damaged" if verdict.unreadable else "is not what was appended, or is missing"
    found = f"event {verdict.first_broken} of log {verdict.log} {how}"
    if verdict.unreadable:
        return found, "start the box (tote run): it goes on with all that can be read; docs/operate.md"
    if verdict.ended is None and (verdict.first_broken or 0) > verdict.receipted:
        return found, "keep a copy of the file and start the box: it goes on behind the damage; docs/operate.md"
    known = "HQ has it; it can't be sent again to an HQ that is restored from an older backup"
    return f"{found}. {known}", "back up HQ now (tote-hq backup), then it is not needed any more; docs/operate.md"


def words(verdict: Verdict, next_log: str) -> Iterator[str]:
    """`next_log` follows it, "" for the present one."""
    if verdict.ended is not None:
        yield ended(asdict(verdict.ended))
    if verdict.first_broken is not None:
        yield ": ".join(broken(verdict))
        return
    held = verdict.head - verdict.cut
    forgotten = f" (1 to {verdict.cut:,} are at HQ in a backup, and forgotten here)" if verdict.cut else ""
    if next_log and not held:
        yield f"log {verdict.log}: moved to log {next_log}{forgotten}"
        return
    yield f"log {verdict.log}: all {held:,} events are whole{forgotten}, HQ has {verdict.receipted:,}"
