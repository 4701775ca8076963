"""The thread that brings decisions into the database which it was too busy for when they were made, and that empties
the database's log of who was erased while somebody read it."""

from functools import partial

from hq import decisions, erasure
from hq.recurring import Recurring
from hq.service import Hq

POLL = 1.0
"""Seconds between tries, each of which waits for other writers itself."""


def settler(hq: Hq, *, poll: float = POLL) -> Recurring:
    """What still waits when it stops is done by the next start: decisions from the journal, the log by its mark."""
    return Recurring(
        "decisions",
        (partial(decisions.settle, hq), "decisions wait: they stand in the journal"),
        (partial(erasure.empty_log, hq), "the database's log could not be emptied of who was erased"),
        poll=poll,
    )
