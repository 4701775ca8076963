"""What boxes may forget: events that lie in a verified backup and that HQ has had for `LEAST`, by its own clock."""

from functools import partial

from sqlalchemy import Connection, Row, bindparam, select, update

from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables

LEAST = 14 * 86_400_000
"""Milliseconds that an event stays on its box after HQ received it, however many backups have it: a backup may turn out
to be lost only when it is needed."""
POLL = 600.0


def advance(hq: Hq) -> int:
    """Raises `log.trim_to`, which receipts carry to the boxes. Returns for how many logs."""
    now = hq.clock()
    with hq.reading() as connection:
        behind = select(tables.log).where(tables.log.c.backed_up > tables.log.c.trim_to)
        rows = connection.execute(behind).all()
        reached = {row.log_id: _reached(connection, row, now - LEAST) for row in rows}
    further = [{"log": row.log_id, "upto": reached[row.log_id]} for row in rows if reached[row.log_id] > row.trim_to]
    if further:
        log_id, trim_to = tables.log.c.log_id, tables.log.c.trim_to
        higher = update(tables.log).where(log_id == bindparam("log"), trim_to < bindparam("upto"))
        with hq.engine.begin() as connection:
            connection.execute(higher.values(trim_to=bindparam("upto")), further)
    return len(further)


def _reached(connection: Connection, row: "Row[tuple[object, ...]]", until: int) -> int:
    """The highest number of the log that is backed up and was received by `until`. Times of receipt grow with the
    numbers, so it is found by halving: the table of events has no index by time, which each event would pay for."""
    if row.last_received <= until:
        return int(row.backed_up)
    low, high = int(row.trim_to), int(row.backed_up)
    while low < high:
        middle = (low + high + 1) // 2
        if _received(connection, row, middle) <= until:
            low = middle
        else:
            high = middle - 1
    return low


def _received(connection: Connection, row: "Row[tuple[object, ...]]", n: int) -> int:
    """When event `n` came, or the next one that is kept: of a repetition there is no row."""
    event = tables.event.c
    query = select(event.received).where(event.log_id == row.log_id, event.n >= n).order_by(event.n).limit(1)
    return int(connection.scalar(query) or row.last_received)


def trimmer(hq: Hq, *, poll: float = POLL) -> Recurring:
    """The thread that lets boxes forget what has become old enough since the last backup."""
    return Recurring("trimming", (partial(advance, hq), "what boxes may forget could not be told"), poll=poll)
