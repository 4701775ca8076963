"""One transaction of HQ's ledger: `sync.ledger.Transaction` on SQLAlchemy.

What a group of batches needs to know is looked up at once (`expect`); event rows and marks wait in memory and go in
together when the transaction ends (`flush`). Only what is derived from an event goes in at once.
"""

import logging
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, literal, select, union_all
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from edge.domain.events import Event, LogOpened
from hq import events, lives, quarantine, stores
from hq.errors import JournalError
from hq.projection import PROJECTORS, SEALED, counting, person, shared, times
from hq.projection.ahead import Ahead, Carried
from hq.projection.later import Later
from hq.projection.scene import Rules, Scene
from hq.store import tables
from hq.store.many import add_rows, within
from sync.codec import Batch, Envelope, Malformed
from sync.ledger import Again, Care, Mark, Rejected

log = logging.getLogger(__name__)

STORAGE = (OperationalError, InterfaceError, JournalError)
"""The database's own troubles (full, locked, gone): no event's fault. They end the transaction, and the box sends
again."""


_EVENT, _BAD = tables.event.c.id, tables.quarantine.c.event_id
_SEEN = union_all(
    select(_EVENT, literal(0)).where(within(_EVENT, "its_ids")), select(_BAD, literal(1)).where(within(_BAD, "its_ids"))
)


class SqlTransaction:
    """`received` is HQ's clock, in milliseconds."""

    def __init__(self, connection: Connection, rules: Rules, received: int, care: Care = Care.LAST) -> None:
        self._connection, self._rules, self._received, self._care = connection, rules, received, care
        self._lives = lives.Lives(connection, received)
        self._stores: set[str] = set()
        self._skews: dict[str, int] = {}
        """By log: how far its box's clock was off when it sent what is at hand."""
        self._applied: dict[str, Envelope] = {}
        self._asked: set[str] = set()
        """Ids of events of which is known whether HQ has them: in `_found`, or in `_held` where in quarantine."""
        self._found: set[str] = set()
        self._held: set[str] = set()
        """As they are kept."""
        self._rows: list[tuple[Any, ...]] = []
        self._repeated: dict[tuple[str, int], str] = {}
        """Hashes by log and number."""
        self._dated: list[Envelope] = []
        self._settled: list[times.Dated] = []
        self._ahead, self._later = Ahead(connection, rules.keys), Later(connection)

    def expect(self, batches: Sequence[Batch]) -> None:
        self._lives.expect({batch.log for batch in batches if events.HEX.fullmatch(batch.log)})
        self._skews |= {batch.log: times.skew_of(batch.sent, self._received) for batch in batches}
        self._stores |= stores.known_among(self._connection, {batch.store for batch in batches})

        beyond = [(batch, envelope) for batch in batches for envelope in self._beyond(batch)]
        self._ask([envelope.id for _, envelope in beyond])
        if self._care == Care.QUICK:
            self._ahead.look(
                [
                    Carried(batch.store, envelope, batch.blobs.get(envelope.seal or ""))
                    for batch, envelope in beyond
                    if envelope.kind in SEALED and envelope.id not in self._found
                ]
            )

    def _beyond(self, batch: Batch) -> Sequence[Envelope]:
        """The events that may have to be applied."""
        if batch.store not in self._stores or not events.HEX.fullmatch(batch.log):
            return ()
        mark = self._lives.mark(batch.log)
        return batch.envelopes()[max(0, mark.n + 1 - batch.first) :] if mark else batch.envelopes()

    def mark(self, log_id: str) -> Mark | None:
        if not events.HEX.fullmatch(log_id):
            raise Malformed("the log's id is not 32 hex digits")
        return self._lives.mark(log_id)

    def knows_store(self, store: str) -> bool:
        return store in self._stores or stores.known(self._connection, store)

    def admits(self, store: str, batch: Batch) -> str:
        return lives.admits(self._connection, store, batch)

    def seen(self, ids: Sequence[str]) -> set[str]:
        asked = set(ids)
        self._ask(asked - self._asked)
        return asked & self._found | asked & self._applied.keys()

    def _ask(self, ids: Collection[str]) -> None:
        if not ids:
            return
        kept = {event_id: quarantine.kept_id(event_id) for event_id in ids}
        found: tuple[set[str], set[str]] = (set(), set())
        for event_id, held in self._connection.execute(_SEEN, {"its_ids": list(kept.values())}):
            found[held].add(event_id)
        self._asked.update(ids)
        self._found.update(event_id for event_id, as_kept in kept.items() if as_kept in found[0])
        self._held |= found[1]

    def differs(self, envelope: Envelope) -> str:
        if known := self._applied.get(envelope.id):
            return quarantine.difference(known, envelope)
        kept = events.kept(self._connection, envelope.id)
        return quarantine.difference(kept, envelope) if kept else ""

    def hashes(self, log_id: str, first: int, last: int) -> dict[int, str]:
        of = [
            select(table.c.n, table.c.hash).where(table.c.log_id == log_id, table.c.n.between(first, last))
            for table in (tables.quarantine, tables.event, tables.repeated)
        ]
        found = {n: hashed for n, hashed in self._connection.execute(union_all(*of)) if hashed}
        waiting = (one for one in self._applied.values() if one.log == log_id and first <= one.n <= last)
        known = {n: hashed for (log, n), hashed in self._repeated.items() if log == log_id and first <= n <= last}
        return found | known | {envelope.n: envelope.hash for envelope in waiting}

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        try:
            row = events.row_of(store, envelope, blob, received=self._received)
            event = events.decode(envelope)
            if self._care > Care.QUICK:
                self._carefully(store, envelope, blob, event, row)
        except (Rejected, Again, *STORAGE):
            raise
        except Exception as error:
            raise self._blamed(envelope, error) from error
        if self._care == Care.QUICK:
            self._quickly(store, envelope, blob, event)
            self._rows.append(row)
        self._applied[envelope.id] = envelope
        if envelope.id in self._held:
            quarantine.settled(self._connection, envelope)

    def repeated(self, envelope: Envelope) -> None:
        self._repeated[envelope.log, envelope.n] = envelope.hash

    def held(self, store: str, envelope: Envelope) -> bool:
        return quarantine.kept_id(envelope.id) in self._held and quarantine.holds(self._connection, store, envelope)

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None:
        if blob and self._is_of_the_erased(store, envelope, blob):
            blob = None
        quarantine.keep(self._connection, store, envelope, blob, reason, received=self._received)
        self._held.add(quarantine.kept_id(envelope.id))

    def _is_of_the_erased(self, store: str, envelope: Envelope, blob: bytes) -> bool:
        """Whether a bad event, which nobody else opens, brings the address of somebody who was erased since."""
        return bool(events.HEX.fullmatch(envelope.id)) and person.is_of_the_erased(self._scene(store, envelope, blob))

    def forked(self, store: str, log_id: str, n: int, theirs: str, ours: str) -> None:
        lives.forked(self._connection, store, log_id, n, theirs, ours, at=self._received)

    def gap(self, store: str, log_id: str, after: int, first: int) -> None:
        lives.gap(self._connection, store, log_id, after, first, at=self._received)

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        skew = times.skew_of(sent, self._received)
        self.settle(skew)
        self._lives.set_mark(log_id, mark, skew=skew)

    def settle(self, skew: int) -> None:
        """What was applied since the last call came when the box's clock was off by `skew` milliseconds."""
        self._settled += [times.Dated(event=e.id, log=e.log, n=e.n, at=e.at, skew=skew) for e in self._dated]
        self._dated.clear()

    def flush(self) -> None:
        """Writes what waits. To be called before the commit."""
        add_rows(self._connection, tables.event, self._rows)
        add_rows(self._connection, tables.repeated, [(*where, hashed) for where, hashed in self._repeated.items()])
        self._later.flush()
        times.settle(self._connection, self._settled, received=self._received)
        self._lives.flush()
        self._rows.clear()
        self._repeated.clear()
        self._settled.clear()

    def _carefully(
        self, store: str, envelope: Envelope, blob: bytes | None, event: Event, row: tuple[Any, ...]
    ) -> None:
        try:
            with self._connection.begin_nested():
                add_rows(self._connection, tables.event, [row])
                self._project(store, envelope, blob, event)
                self._later.flush()
        finally:
            self._later.forget()

    def _quickly(self, store: str, envelope: Envelope, blob: bytes | None, event: Event) -> None:
        """Without a savepoint: where it fails, all is done again with one around each event."""
        try:
            self._project(store, envelope, blob, event)
        except STORAGE:
            raise
        except Exception as error:
            raise Again from error

    def _project(self, store: str, envelope: Envelope, blob: bytes | None, event: Event) -> None:
        if isinstance(event, LogOpened):
            self._lives.opened(envelope, store, event)
        elif isinstance(event, shared.OF_BASKET):
            shared.hear(self._scene(store, envelope, blob), event)
        elif project := PROJECTORS.get(envelope.kind):
            project(self._scene(store, envelope, blob), event)
            self._dated.append(envelope)
        if envelope.kind in counting.COUNTED:
            self._count(store, envelope, event)

    def _count(self, store: str, envelope: Envelope, event: Event) -> None:
        for step in counting.steps(store, envelope.kind, envelope.at, event):
            self._later.together(counting.add_steps, step)
        if envelope.kind in counting.SEARCHES and (found := counting.search(store, envelope.kind, envelope.at, event)):
            self._later.together(counting.add_searches, found)

    def _scene(self, store: str, envelope: Envelope, blob: bytes | None) -> Scene:
        return Scene(
            connection=self._connection,
            rules=self._rules,
            store=store,
            envelope=envelope,
            blob=blob,
            received=self._received,
            ahead=self._ahead,
            later=self._later,
            skew=self._skews.get(envelope.log, 0),
        )

    def _blamed(self, envelope: Envelope, error: Exception) -> Exception:
        """Whatever one event can break must not stop the events behind it (guarantee 3)."""
        if isinstance(error, IntegrityError) and self._care < Care.LAST:
            return Again()  # somebody else may have been faster
        log.error("event %s of log %s can't be applied", envelope.n, envelope.log, exc_info=error)
        return Rejected(f"HQ failed on it: {type(error).__name__}: look at its log, mend it, then replay")
