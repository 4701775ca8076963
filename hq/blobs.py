"""Who is erased is erased at the boxes too: they are directed to delete the sealed addresses that lie beside events."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, union

from edge.domain.directives import EraseBlobs
from hq import directives
from hq.ids import derived
from hq.store.many import among
from hq.store.tables import event, quarantine

AT_ONCE = 500
"""Events of one directive."""


def erase(connection: Connection, entry: str, events: Sequence[str], *, at: int) -> None:
    """Of those `events` that HQ has; `entry` is the decision. What HQ hears of later is erased then (`late`)."""
    of = [
        select(table.c.store, column).where(among(column, events))
        for table, column in ((event, event.c.id), (quarantine, quarantine.c.event_id))
    ]
    by_store: dict[str, list[str]] = {}
    for store, id_ in sorted(connection.execute(union(*of)).all()):
        by_store.setdefault(store, []).append(id_)
    for store, ids in by_store.items():
        for first in range(0, len(ids), AT_ONCE):
            _direct(connection, store, ids[first : first + AT_ONCE], derived("erase", entry, str(first)), at)


def late(connection: Connection, store: str, event_id: str, *, at: int) -> None:
    """An event of somebody who was erased has come, with its address."""
    _direct(connection, store, [event_id], derived("erase", event_id), at)


def _direct(connection: Connection, store: str, events: Sequence[str], subject: str, at: int) -> None:
    named = derived("directive", subject, store)
    directives.direct(connection, store, EraseBlobs(events=tuple(events)), id=named, subject=subject, at=at)
