"""The lives of the boxes' logs: marks, forks, gaps, which log goes on with which, and who may open a new one.

A box that was copied, rolled back or moved goes on under a new log, whose first event (`LogOpened`) names the one
before. If that one goes on too, from where the new one left it, two boxes speak for one store.
"""

import logging
from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy.event
from sqlalchemy import Connection, bindparam, delete, func, select, update

from edge.domain.events import LogOpened
from hq.events import HEX
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.many import within
from sync.codec import Batch, Envelope
from sync.ledger import Mark, Rejected

_log = logging.getLogger(__name__)

OPENED = LogOpened.__name__
FARTHEST = 2**53
FORKED = "store %s: log %s has forked: from event %d on its box has others than HQ"
BEGAN_ANEW = "store %s: log %s ended before event %d, its box goes on in log %s"
TWO_BOXES = "two boxes speak for store %s: log %s goes on beside the one that follows it from event %d on"
_CHANGING = ("mark", "mark_hash", "last_received", "skew", "follows", "follows_from", "followed_from", "rivalled")
_UPDATE = (
    update(tables.log)
    .where(tables.log.c.log_id == bindparam("its_log_id"))
    .values({name: bindparam(f"its_{name}") for name in _CHANGING})
)
_ROWS = (
    select(tables.log).where(within(tables.log.c.log_id, "its_logs")).order_by(tables.log.c.log_id).with_for_update()
)

_FOLLOWED = (
    select(tables.log.c.follows, func.min(tables.log.c.follows_from))
    .where(within(tables.log.c.follows, "its_logs"))
    .group_by(tables.log.c.follows)
)
"""For all new logs at once: it reads the whole table."""


class Lives:
    """The rows of table `log` that one transaction reads and changes: locked when read, written by `flush`."""

    def __init__(self, connection: Connection, received: int) -> None:
        self._connection, self._received = connection, received
        self._rows: dict[str, dict[str, Any] | None] = {}
        self._followed: dict[str, int] = {}
        """Of logs that are new: from which number on another one, heard before, goes on with them."""
        self._changed: set[str] = set()
        self._new: dict[str, dict[str, Any]] = {}
        """What is known of logs before their first mark."""

    def expect(self, logs: Collection[str]) -> None:
        """In one order for everybody, so that two workers wait for each other instead of one for the other."""
        if missing := set(logs) - self._rows.keys():
            self._rows |= dict.fromkeys(missing)
            found = self._connection.execute(_ROWS, {"its_logs": missing}).mappings()
            self._rows |= {row["log_id"]: dict(row) for row in found}
            if new := sorted(log_id for log_id in missing if self._rows[log_id] is None):
                self._followed |= {row[0]: row[1] for row in self._connection.execute(_FOLLOWED, {"its_logs": new})}

    def mark(self, log_id: str) -> Mark | None:
        row = self._row(log_id)
        return (
            None
            if row is None
            else Mark(n=row["mark"], hash=row["mark_hash"], store=row["store"], trim_to=row["trim_to"])
        )

    def set_mark(self, log_id: str, mark: Mark, *, skew: int) -> None:
        row = self._row(log_id) or self._begun(log_id, mark.store)
        followed = row["followed_from"]
        if followed is not None and row["mark"] < mark.n >= followed:
            if row["rivalled"] is None:
                _say(self._connection, TWO_BOXES, mark.store, log_id, followed)
            row["rivalled"] = self._received
        row |= {"mark": mark.n, "mark_hash": mark.hash, "skew": skew, "last_received": self._received}
        self._changed.add(log_id)

    def opened(self, envelope: Envelope, store: str, event: LogOpened) -> None:
        """`LogOpened` came. Raises Rejected. One that was itself appended again (it is not the first) speaks of a log
        that HQ never heard, and only heals."""
        before = self._before(envelope, store, event)
        if before is not None:
            before["followed_from"] = min(event.forked_at, before["followed_from"] or event.forked_at)
            self._changed.add(event.previous)
        if envelope.n == 1:
            self._of(envelope.log).update(follows=event.previous, follows_from=event.forked_at)
        if event.why != "machine":
            self._heal(store, event, envelope.log)

    def flush(self) -> None:
        fresh = self._changed & self._new.keys()
        if new := [self._rows[log_id] or {} for log_id in sorted(fresh)]:
            self._connection.execute(tables.log.insert(), new)
        if old := [self._rows[log_id] or {} for log_id in sorted(self._changed - fresh)]:
            changes = [{f"its_{name}": row[name] for name in ("log_id", *_CHANGING)} for row in old]
            self._connection.execute(_UPDATE, changes)
        self._changed.clear()
        self._new.clear()

    def _row(self, log_id: str) -> dict[str, Any] | None:
        self.expect({log_id})
        return self._rows[log_id]

    def _of(self, log_id: str) -> dict[str, Any]:
        """The log's row, or what will be in it."""
        if row := self._row(log_id):
            self._changed.add(log_id)
            return row
        return self._new.setdefault(log_id, {})

    def _begun(self, log_id: str, store: str) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys(_CHANGING)
        row |= {"log_id": log_id, "store": store, "mark": 0, "trim_to": 0}
        row |= {"first_received": self._received, "followed_from": self._followed.get(log_id)}
        row |= self._new.setdefault(log_id, {})
        self._rows[log_id] = row
        return row

    def _before(self, envelope: Envelope, store: str, event: LogOpened) -> dict[str, Any] | None:
        if not HEX.fullmatch(event.previous) or event.previous == envelope.log:
            raise Rejected("it goes on with what is no other log")
        if not 1 <= event.forked_at <= FARTHEST:
            raise Rejected(f"a fork at what is no number of an event: {event.forked_at}")
        before = self._row(event.previous)
        if before is not None and before["store"] != store:
            raise Rejected("it goes on with a log of another store")
        return before

    def _heal(self, store: str, event: LogOpened, by: str) -> None:
        fork = tables.fork.c
        open_one = (fork.log_id == event.previous, fork.healed_by.is_(None))
        if self._connection.execute(update(tables.fork).where(*open_one).values(healed_by=by)).rowcount:
            return
        row = {"log_id": event.previous, "n": event.forked_at, "theirs": "", "ours": "", "store": store}
        insert_new(self._connection, tables.fork, [row | {"at": self._received, "healed_by": by}])
        _say(self._connection, BEGAN_ANEW, store, event.previous, event.forked_at, by)


def forked(connection: Connection, store: str, log_id: str, n: int, theirs: str, ours: str, *, at: int) -> None:
    """Notes a fork. A branch that differs once differs ever after: of an open fork only the first number is kept."""
    fork = tables.fork.c
    open_one = (fork.log_id == log_id, fork.healed_by.is_(None))
    known = connection.scalar(select(fork.n).where(*open_one))
    if known is not None and known <= n:
        return
    connection.execute(delete(tables.fork).where(*open_one))
    row = {"log_id": log_id, "n": n, "theirs": theirs, "ours": ours, "store": store, "at": at, "healed_by": None}
    insert_new(connection, tables.fork, [row])
    if known is None:
        _say(connection, FORKED, store, log_id, n)


def _say(connection: Connection, words: str, *args: object) -> None:
    """Warns in HQ's log once it is committed: what fails is done again, and would be said again."""
    sqlalchemy.event.listen(connection, "commit", lambda _: _log.warning(words, *args))


def gap(connection: Connection, store: str, log_id: str, after: int, first: int, *, at: int) -> None:
    insert_new(connection, tables.gap, [{"log_id": log_id, "after": after, "first": first, "store": store, "at": at}])


def admits(connection: Connection, store: str, batch: Batch) -> str:
    """Why the log that `batch` begins is not taken, "" where it is. Only stores that were enrolled are asked for more
    than being known: their new log goes on with one of theirs, or was granted (`hq.stores.admit`), or another goes on
    with it already (after a restore)."""
    admission = tables.admission.c
    mine = admission.store == store
    if connection.scalar(select(admission.store).where(mine)) is None or _related(connection, store, batch):
        return ""
    one_less = update(tables.admission).where(mine, admission.granted > 0).values(granted=admission.granted - 1)
    if connection.execute(one_less).rowcount:
        return ""
    return (
        f"store {store!r} opens a log that nobody announced: is there a second box in its name? If it is the store's "
        f"own, `tote-hq stores --admit {store}` lets it in"
    )


def _related(connection: Connection, store: str, batch: Batch) -> bool:
    log = tables.log.c
    kin = [log.follows == batch.log]
    if batch.first == 1 and batch.events and batch.events[0].kind == OPENED:
        try:
            kin.append(log.log_id == msgspec.json.decode(batch.events[0].body, type=LogOpened).previous)
        except msgspec.MsgspecError:
            return False
    return any(connection.scalar(select(log.log_id).where(log.store == store, one).limit(1)) for one in kin)
