"""Box clocks are not to be trusted: what an event says about time is put right by the batch it came in.

A consent must not outlive a later withdrawal because a clock ran ahead, and a later answer of the same log must not
lose against an earlier one because the clock was set back in between.
"""

from sqlalchemy import Connection, func, select, update

from hq.store import tables

FARTHEST = 2**53
"""Milliseconds: what JSON carries exactly, and far from what a column holds."""


def skew_of(sent: int, received: int) -> int:
    """Box clock minus HQ clock, in milliseconds; a box may name any number as the time."""
    return max(-FARTHEST, min(sent - received, FARTHEST))


def possible(at: int, received: int) -> int:
    """`at`, or the nearest time between 1970 and when HQ heard of it."""
    return max(0, min(at, received))


def settle(connection: Connection, event: str, *, at: int, skew: int, received: int) -> None:
    """Corrects what `event` dated. `skew`: box clock minus HQ clock when the batch was sent; all in milliseconds."""
    corrected = possible(at - skew, received)
    connection.execute(update(tables.basket).where(tables.basket.c.event == event).values(sent=corrected))
    consent = tables.consent.c
    asked = max(corrected, _latest_before(connection, event) + 1)
    connection.execute(update(tables.consent).where(consent.event == event).values(at=asked))


def _latest_before(connection: Connection, event: str) -> int:
    """The time of the same person's latest answer in the same log before `event`."""
    this, other, consent = tables.event.alias(), tables.event.alias(), tables.consent.c
    person = select(consent.profile).where(consent.event == event).limit(1).scalar_subquery()
    query = (
        select(func.max(consent.at))
        .join_from(this, other, this.c.log_id == other.c.log_id)
        .join(tables.consent, consent.event == other.c.id)
        .where(this.c.id == event, other.c.n < this.c.n, consent.profile == person)
    )
    return connection.scalar(query) or 0
