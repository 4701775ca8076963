"""A box reduced to its log: a process that appends as fast as it can and notes each event that was acknowledged.

    python -m tests.torture.appending FOLDER ACKS [--seed N] [--most N] [--go-on] [--abrupt] [--normal]

A line `n id hash` is written to ACKS (on a disk that is not broken) after each commit. Exit status 0 when `most` were
appended, 3 when the store said no.
"""

import argparse
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.domain.events import BasketSent, Event, ProductsSearched, VisitStarted
from edge.store import Database, EventLog, machine_id, open_store

REFUSED = 3
"""Exit status of a process whose store would not take another event."""
PATIENCE = 30.0


@dataclass(frozen=True)
class Ack:
    """What a caller was told is recorded."""

    n: int
    id: str
    hash: str


def events(chance: random.Random) -> Iterator[tuple[str, Event, bytes | None]]:
    """Ids and events for ever, of all sizes; every seventh bears a blob."""
    while True:
        visit = f"{chance.getrandbits(128):032x}"
        event: Event = VisitStarted(visit=visit, station="wall", language="en")
        blob = None
        match chance.randrange(7):
            case 0:
                event = BasketSent(
                    basket=visit, visit=visit, station="wall", channel="mail", language="en", lines=(), consents=()
                )
                blob = chance.randbytes(chance.randrange(100, 200))
            case 1 | 2 | 3:
                query = "boots " * chance.randrange(1, 400 if chance.random() < 0.05 else 40)
                event = ProductsSearched(visit=visit, station="wall", query=query, results=3)
        yield f"{chance.getrandbits(128):032x}", event, blob


def append(database: Database, log: EventLog, event_id: str, event: Event, blob: bytes | None) -> Ack:
    """Returns after the commit."""
    written = database.write(lambda db: log.append(db, event, event_id=event_id, at=1_790_000_000_000, blob=blob))
    return Ack(written.n, written.id, written.hash)


def append_all(folder: Path, acks: Path, *, seed: int, most: int, go_on: bool = False, abrupt: bool = False) -> int:
    """`go_on`: after a refusal try the next event all the same, as a shop does where shoppers go on touching.
    `abrupt`: end without closing anything, and so without the syncs of closing."""
    descriptor = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    refused = 0
    with open_store(folder / "store.db", tell) as database:
        log = EventLog(database, machine_id())
        for _, (event_id, event, blob) in zip(range(most), events(random.Random(seed)), strict=False):
            try:
                ack = append(database, log, event_id, event, blob)
            except Exception as error:
                if not go_on:
                    raise
                refused += 1
                tell(error)
                continue
            os.write(descriptor, f"{ack.n} {ack.id} {ack.hash}\n".encode())
        if abrupt:
            sys.stderr.flush()
            os._exit(REFUSED if refused else 0)
    return REFUSED if refused else 0


def tell(error: Exception) -> None:
    sys.stderr.write(f"{type(error).__name__}: {error}\n")


def acknowledged(acks: Path) -> list[Ack]:
    """What the file says; a line that a kill cut short was not said."""
    lines = acks.read_text().splitlines(keepends=True) if acks.exists() else []
    words = [line.split() for line in lines if line.endswith("\n")]
    return [Ack(int(n), event_id, hash_) for n, event_id, hash_ in words]


def lost(folder: Path, said: list[Ack]) -> list[Ack]:
    """Opens the log as a box does that starts again: of what was acknowledged, what is not there.

    Raises AssertionError where the log is not whole."""
    with open_store(folder / "store.db", tell) as database:
        log = EventLog(database, machine_id())
        broken = log.first_broken()
        assert broken is None, f"the log is broken from event {broken} on"
        return [ack for ack in said if log.hash_of(ack.n) != ack.hash]


def synchronous_is_normal() -> None:
    """From here on every database is opened with `synchronous=NORMAL`, whatever is asked for: the control."""

    class Normal(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return super().execute(sql.replace("synchronous=FULL", "synchronous=NORMAL"), *values)

    real = sqlite3.connect
    sqlite3.connect = lambda *args, **options: real(*args, **{**options, "factory": Normal})  # type: ignore[assignment, call-overload]


def stop(pid: int) -> None:
    """The process `pid`, a child of this one, stands still: no thread of it is in a system call any more."""
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + PATIENCE
    while not all(_state(task) in "TtZX" for task in Path(f"/proc/{pid}/task").iterdir()):
        assert time.monotonic() < until, f"process {pid} does not stop"
        time.sleep(0.001)


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # the thread ended
        return "X"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("acks", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1 << 62)
    parser.add_argument("--go-on", action="store_true")
    parser.add_argument("--abrupt", action="store_true")
    parser.add_argument("--normal", action="store_true")
    args = parser.parse_args()
    if args.normal:
        synchronous_is_normal()
    try:
        how = {"go_on": args.go_on, "abrupt": args.abrupt}
        return append_all(args.folder, args.acks, seed=args.seed, most=args.most, **how)
    except Exception as error:  # of whatever kind: what counts is that it was told and nothing acknowledged
        tell(error)
        return REFUSED


if __name__ == "__main__":
    sys.exit(main())
