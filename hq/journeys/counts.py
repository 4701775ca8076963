"""What became of the messages of a journey, and who is in it now."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hq.linking.person import person_of
from hq.store import tables

NAMES = {"queued": "waiting", "sent": "sent", "control": "control_group", "dropped": "dropped", "failed": "failed"}
"""By state of the row in the queue."""
_MAIL = tables.mail.c


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message that waits. `due`, in ms: when it is judged next; `why`: as it was judged last, "" before."""

    person: str
    due: int
    why: str


def counts(connection: Connection, journey: str) -> dict[str, int]:
    query = select(_MAIL.state, func.count().label("n")).where(_MAIL.kind == journey).group_by(_MAIL.state)
    found = {row.state: row.n for row in connection.execute(query)}
    return {name: found.get(state, 0) for state, name in NAMES.items()}


def waiting(connection: Connection, journey: str, *, limit: int) -> list[Waiting]:
    """The next due first."""
    query = select(person_of(_MAIL.profile).label("person"), _MAIL.due, _MAIL.error)
    query = query.where(_MAIL.kind == journey, _MAIL.state == "queued").order_by(_MAIL.due, _MAIL.id)
    return [Waiting(person=row.person, due=row.due, why=row.error) for row in connection.execute(query.limit(limit))]
