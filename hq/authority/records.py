"""Which certificates were handed out and taken back: first into the journal, so that a restored HQ knows it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from hq.store import tables
from hq.store.insert import insert_new

if TYPE_CHECKING:
    from hq.journal import Entry


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """`serial` in hex; times in milliseconds since 1970, `revoked` 0 for one that holds."""

    serial: str
    store: str
    issued: int
    expires: int
    revoked: int


def of_store(connection: Connection, store: str) -> list[Certificate]:
    """Oldest first."""
    return _found(connection, store)


def every(connection: Connection) -> list[Certificate]:
    return _found(connection, "")


def enrolled(connection: Connection, entry: "Entry") -> None:
    """The effect of a journal entry "enrolled"."""
    row = {"store": entry.subject, "issued": entry.at, "revoked": None}
    insert_new(connection, tables.certificate, [row | entry.body])


def revoked(connection: Connection, entry: "Entry") -> None:
    """The effect of a journal entry "revoked"."""
    column = tables.certificate.c
    wanted = update(tables.certificate).where(column.serial.in_(entry.body["serials"]), column.revoked.is_(None))
    connection.execute(wanted.values(revoked=entry.at))


def serials(certificates: Sequence[Certificate]) -> list[tuple[int, int]]:
    """(serial, since when) of those that were revoked."""
    return [(int(each.serial, 16), each.revoked) for each in certificates if each.revoked]


def _found(connection: Connection, store: str) -> list[Certificate]:
    column = tables.certificate.c
    query = select(tables.certificate).order_by(column.issued, column.serial)
    rows = connection.execute(query.where(column.store == store) if store else query)
    return [
        Certificate(serial=r.serial, store=r.store, issued=r.issued, expires=r.expires, revoked=r.revoked or 0)
        for r in rows
    ]
