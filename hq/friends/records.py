"""Who brought whom, as the journal has it: of a friend HQ keeps the keyed hash of the address that they left, nothing
else. The entries stand in the table `decision`; there are few, and each is read with all others."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hq import erasure
from hq.store import tables

SUBJECT = "friends"
"""Of every entry: that table finds them by it."""
ENTRY = tables.decision.c


@dataclass(frozen=True, kw_only=True)
class Brought:
    """`digest` is of the friend's address, `profile` of who brought them; `at` in milliseconds since 1970."""

    digest: str
    profile: str
    at: int


def brought(connection: Connection) -> list[Brought]:
    """The oldest first. Who named a friend first stays the one; an erasure of either ends it."""
    query = select(ENTRY.at, ENTRY.body).where(ENTRY.subject == SUBJECT, ENTRY.kind == "friend-brought")
    found: dict[str, Brought] = {}
    for row in connection.execute(query.order_by(ENTRY.at, ENTRY.id)).all():
        one = Brought(at=row.at, **msgspec.json.decode(row.body, type=dict[str, str]))
        if one.digest not in found and not _is_over(connection, one):
            found[one.digest] = one
    return list(found.values())


def _is_over(connection: Connection, one: Brought) -> bool:
    if (erasure.last(connection, one.digest) or 0) >= one.at:
        return True
    ended = select(ENTRY.id).where(ENTRY.subject == one.profile, ENTRY.kind == "erased", ENTRY.at >= one.at)
    return connection.scalar(ended.limit(1)) is not None
