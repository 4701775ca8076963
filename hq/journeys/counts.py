"""What became of the messages of a journey."""

from sqlalchemy import Connection, func, select

from hq.store import tables

NAMES = {"queued": "waiting", "sent": "sent", "control": "control_group", "dropped": "dropped", "failed": "failed"}
"""By state of the row in the queue."""


def counts(connection: Connection, journey: str) -> dict[str, int]:
    mail = tables.mail.c
    query = select(mail.state, func.count().label("n")).where(mail.kind == journey).group_by(mail.state)
    found = {row.state: row.n for row in connection.execute(query)}
    return {name: found.get(state, 0) for state, name in NAMES.items()}
