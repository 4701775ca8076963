"""HQ's ledger: `sync.ingest.Ledger` on SQLAlchemy. Events, what is derived from them and the mark commit together."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select, union_all
from sqlalchemy.exc import InterfaceError, OperationalError

from hq import events, quarantine, stores
from hq.clock import Clock
from hq.projection import PROJECTORS, times
from hq.projection.scene import Rules, Scene
from hq.service import Hq, setting
from hq.store import tables
from hq.store.insert import put
from sync.codec import Envelope, Malformed
from sync.ingest import Mark, Rejected

log = logging.getLogger(__name__)

STORAGE = (OperationalError, InterfaceError)
"""The database's own troubles (full, locked, gone): no event's fault. They end the batch, and the box sends again."""


_SEEN = union_all(
    select(tables.event.c.id).where(tables.event.c.id == bindparam("event")),
    select(tables.quarantine.c.event_id).where(tables.quarantine.c.event_id == bindparam("event")),
)
"""Asked once per event: built once."""


class SqlLedger:
    """One per process. Raises SQLAlchemy's errors when the database fails: nothing of the batch was then applied."""

    def __init__(self, engine: Engine, rules: Rules, clock: Clock) -> None:
        self._engine, self._rules, self._clock = engine, rules, clock
        with engine.begin() as connection:
            self._instance = setting(connection, "instance")
            self._epoch = int(setting(connection, "epoch"))

    @property
    def instance(self) -> str:
        return self._instance

    @property
    def epoch(self) -> int:
        return self._epoch

    @contextmanager
    def transaction(self) -> Iterator["SqlTransaction"]:
        with self._engine.begin() as connection:
            yield SqlTransaction(connection, self._rules, self._clock())


class SqlTransaction:
    """Event rows wait in memory until the mark is set, and go in together; what is derived goes in at once."""

    def __init__(self, connection: Connection, rules: Rules, received: int) -> None:
        self._connection, self._rules, self._received = connection, rules, received
        self._rows: dict[str, dict[str, Any]] = {}
        self._dated: list[tuple[str, int]] = []

    def mark(self, log_id: str) -> Mark | None:
        if not events.HEX.fullmatch(log_id):
            raise Malformed("the log's id is not 32 hex digits")
        query = select(tables.log).where(tables.log.c.log_id == log_id).with_for_update()
        row = self._connection.execute(query).first()
        return None if row is None else Mark(n=row.mark, hash=row.mark_hash, store=row.store)

    def knows_store(self, store: str) -> bool:
        return stores.known(self._connection, store)

    def seen(self, event_id: str) -> bool:
        if event_id in self._rows:
            return True
        kept = event_id.replace("\0", "\ufffd")  # as quarantine keeps it: PostgreSQL takes no NUL, not even to compare
        return self._connection.execute(_SEEN, {"event": kept}).first() is not None

    def hash_at(self, log_id: str, n: int) -> str | None:
        for table in (tables.event, tables.quarantine):
            query = select(table.c.hash).where(table.c.log_id == log_id, table.c.n == n)
            if found := self._connection.scalar(query):
                return str(found)
        return None

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        with _its_own_fault(envelope):
            row = events.row_of(store, envelope, received=self._received)
            event = events.decode(envelope)
            if project := PROJECTORS.get(envelope.kind):
                with self._connection.begin_nested():
                    project(self._scene(store, envelope, blob), event)
                self._dated.append((envelope.id, envelope.at))
        self._rows[envelope.id] = row

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None:
        quarantine.keep(self._connection, store, envelope, blob, reason, received=self._received)

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        skew = times.skew_of(sent, self._received)
        self.settle(skew)
        first = select(tables.log.c.first_received).where(tables.log.c.log_id == log_id)
        row = {"log_id": log_id, "store": mark.store, "mark": mark.n, "mark_hash": mark.hash, "skew": skew}
        row["first_received"] = self._connection.scalar(first) or self._received
        put(self._connection, tables.log, row | {"last_received": self._received})

    def settle(self, skew: int) -> None:
        """Writes the events that were applied, and puts right the times of what they changed. `skew`: any number."""
        if self._rows:
            self._connection.execute(tables.event.insert(), list(self._rows.values()))
        for event, at in self._dated:
            times.settle(self._connection, event, at=at, skew=skew, received=self._received)

    def _scene(self, store: str, envelope: Envelope, blob: bytes | None) -> Scene:
        return Scene(
            connection=self._connection,
            rules=self._rules,
            store=store,
            envelope=envelope,
            blob=blob,
            received=self._received,
        )


@contextmanager
def _its_own_fault(envelope: Envelope) -> Iterator[None]:
    """Whatever one event can break must not stop the events behind it (guarantee 3)."""
    try:
        yield
    except (Rejected, *STORAGE):
        raise
    except Exception as error:
        log.exception("event %s of log %s can't be applied", envelope.n, envelope.log)
        raise Rejected(f"HQ failed on it: {type(error).__name__}") from error


def rules_of(hq: Hq) -> Rules:
    domain = hq.config.mail.sender.rpartition("@")[2].rstrip("> ") or "tote.invalid"
    return Rules(keys=hq.keys, mail_domain=domain, control=hq.config.audience.control)


def ledger_of(hq: Hq) -> SqlLedger:
    return SqlLedger(hq.engine, rules_of(hq), hq.clock)
