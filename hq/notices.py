"""What happened to the logs of a store that somebody should know: forks, gaps, two boxes that speak for one store."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`n` is the number in log `log_id` that it is about; `open` says that somebody should do something."""

    store: str
    kind: Literal["fork", "gap", "two-boxes"]
    at: int
    log_id: str
    n: int
    words: str
    open: bool


def of_stores(connection: Connection) -> dict[str, tuple[Notice, ...]]:
    """By store, the latest first."""
    found = [*_rivals(connection), *_forks(connection), *_gaps(connection)]
    by_store: dict[str, tuple[Notice, ...]] = {}
    for notice in sorted(found, key=lambda notice: -notice.at):
        by_store[notice.store] = (*by_store.get(notice.store, ()), notice)
    return by_store


def _forks(connection: Connection) -> Iterator[Notice]:
    for row in connection.execute(select(tables.fork)):
        differs = f"log {row.log_id[:12]} has forked: from event {row.n} on its box has others than HQ"
        healed = f"its box goes on in log {row.healed_by[:12]}, nothing is lost" if row.healed_by else ""
        words = f"{differs}; {healed or 'its box has not gone on yet'}"
        where = {"store": row.store, "at": row.at, "log_id": row.log_id, "n": row.n}
        yield Notice(kind="fork", words=words, open=not row.healed_by, **where)


def _gaps(connection: Connection) -> Iterator[Notice]:
    for row in connection.execute(select(tables.gap)):
        words = f"events {row.after + 1} to {row.first - 1} of log {row.log_id[:12]} are lost: HQ was restored from a "
        words += "backup that is older than what the box still keeps"
        where = {"store": row.store, "at": row.at, "log_id": row.log_id, "n": row.after + 1}
        yield Notice(kind="gap", words=words, open=False, **where)


def _rivals(connection: Connection) -> Iterator[Notice]:
    log, later = tables.log.c, tables.log.alias().c
    follower = select(func.max(later.log_id)).where(later.follows == log.log_id).scalar_subquery()
    for row in connection.execute(select(tables.log, follower.label("follower")).where(log.rivalled.is_not(None))):
        first, second = row.log_id[:12], (row.follower or "?")[:12]
        goes_on = f"log {first} goes on beside log {second}, which follows it from event {row.followed_from} on"
        copy = f"Stop the one that is a copy (most likely the box of log {second}), or enrol it as another store"
        words = f"two boxes speak for this store: {goes_on}. {copy}; `tote log verify` names a box's log"
        where = {"store": row.store, "at": row.rivalled, "log_id": row.log_id, "n": row.followed_from}
        yield Notice(kind="two-boxes", words=words, open=True, **where)
