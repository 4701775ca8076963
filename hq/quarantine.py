"""Events that could not be applied: kept whole with their reason, so that they can be replayed once HQ is mended."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from hq import erasure
from hq.errors import InputError
from hq.store import tables
from hq.store.insert import insert_new
from sync.codec import Envelope

TABLE = tables.quarantine
SAFE = 2**53


def keep(
    connection: Connection, store: str, envelope: Envelope, blob: bytes | None, reason: str, *, received: int
) -> None:
    """Keeps a bad event. It takes everything: what would not fit its column is cut, the event is bad already."""
    row = {
        "log_id": envelope.log,
        "n": envelope.n,
        "event_id": kept_id(envelope.id),
        "store": store,
        "kind": _kept(envelope, "kind"),
        "at": _kept(envelope, "at"),
        "body": _kept(envelope, "body"),
        "blob": None if blob and erasure.is_listed(connection, kept_id(envelope.id)) else blob,
        "reason": _cut(reason, 1000),
        "received": received,
        "seal": _kept(envelope, "seal"),
        "origin": _kept(envelope, "origin"),
        "prev": envelope.prev,
        "hash": envelope.hash,
    }
    connection.execute(insert(TABLE).values(row))


def kept_id(event_id: str) -> str:
    """An id as it is kept: PostgreSQL takes no NUL, not even to compare."""
    return _cut(event_id, 64)


def holds(connection: Connection, store: str, envelope: Envelope) -> bool:
    """As `sync.ledger.Transaction.held`."""
    return any(row.store == store for row in _same(connection, envelope))


def settled(connection: Connection, envelope: Envelope) -> None:
    """What says the same as `envelope`, which could be applied, needs nobody's attention any more."""
    for row in _same(connection, envelope):
        take_out(connection, row)


def take_out(connection: Connection, kept: Row[Any]) -> None:
    """Nothing is left of it but its hash, which tells where a fork begins."""
    if kept.hash:
        place = {"log_id": kept.log_id, "n": kept.n, "hash": kept.hash}
        insert_new(connection, tables.repeated, [place])
    connection.execute(delete(TABLE).where(TABLE.c.log_id == kept.log_id, TABLE.c.n == kept.n))


def _same(connection: Connection, envelope: Envelope) -> list[Row[Any]]:
    rows = connection.execute(select(TABLE).where(TABLE.c.event_id == kept_id(envelope.id))).all()
    return [row for row in rows if not difference(row, envelope)]


def difference(known: Any, envelope: Envelope) -> str:
    """What of the fact itself `envelope` says otherwise than `known`, an envelope or a row; "" where nothing."""
    return next((name for name in ("kind", "body", "at", "seal") if _kept(known, name) != _kept(envelope, name)), "")


def _kept(envelope: Any, name: str) -> Any:
    """A field as a table keeps it."""
    match value := getattr(envelope, name):
        case str():
            return _cut(value, None if name == "body" else 64)
        case int():
            return max(-SAFE, min(value, SAFE))
    return value


def _cut(text: str, length: int | None = None) -> str:
    return text.replace("\0", "\ufffd")[:length]


def rows(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """All, oldest first, without their bodies and blobs."""
    columns = (TABLE.c.log_id, TABLE.c.n, TABLE.c.store, TABLE.c.kind, TABLE.c.at, TABLE.c.received, TABLE.c.reason)
    return connection.execute(select(*columns).order_by(TABLE.c.received, TABLE.c.log_id, TABLE.c.n)).all()


def row(connection: Connection, log_id: str, n: int) -> Row[Any]:
    """One event. Raises InputError where it is not in quarantine. `log_id` may be shortened to what is unique."""
    query = select(TABLE).where(TABLE.c.log_id.startswith(log_id, autoescape=True), TABLE.c.n == n)
    found = connection.execute(query).all()
    if len(found) != 1:
        why = "more than one log begins so: write more of it" if found else "see `tote-hq quarantine list`"
        raise InputError(f"No single event {n} of log {log_id} lies in quarantine; {why}.")
    return found[0]


def drop(connection: Connection, log_id: str, n: int) -> None:
    """Gives an event up for good, its sealed address with it."""
    take_out(connection, row(connection, log_id, n))
