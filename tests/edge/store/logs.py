"""Logs to test with: events whose id says which one it is, receipts, and everything a log holds."""

from pathlib import Path

import sqlite_utils

from edge.domain.events import LogOpened, VisitStarted
from edge.store import Database, EventLog
from edge.store.log_reading import OneLife
from sync.codec import Envelope, Receipt


def append(database: Database, log: EventLog, i: int, *, blob: bytes | None = None) -> Envelope:
    event = VisitStarted(visit=f"{i:032x}", station="wall", language="en")
    return database.write(lambda db: log.append(db, event, event_id=f"{i:032x}", at=i, blob=blob))


def append_many(database: Database, log: EventLog, first: int, last: int) -> None:
    def many(db: sqlite_utils.Database) -> None:
        for i in range(first, last + 1):
            event = VisitStarted(visit=f"{i:032x}", station="wall", language="en")
            log.append(db, event, event_id=f"{i:032x}", at=i)

    database.write(many)


def receipt_for(log: OneLife, n: int, *, trim_to: int = 0, epoch: int = 1) -> Receipt:
    return Receipt(
        log=log.log_id,
        n=n,
        hash=log.hash_of(n) or "",
        instance="hq",
        epoch=epoch,
        trim_to=trim_to,
        at=1_790_000_000_000,
    )


def facts(log: OneLife, after: int = 0) -> list[int]:
    """Which events a life holds, by the number in their id; that it was opened is left out."""
    found: list[int] = []
    while envelopes := log.read(after, 500, 2**30)[0]:
        found += [int(e.id, 16) for e in envelopes if e.kind != LogOpened.__name__]
        after = envelopes[-1].n
    return found


def opened(path: Path, machine: str | None = "os:here") -> tuple[Database, EventLog]:
    database = Database(path)
    return database, EventLog(database, machine)
