"""The thread that ends what was put aside and is not collected in time, and forgets directives, and what nobody did in
the web shop, of long ago."""

from functools import partial

from hq import directives, reservations
from hq.recurring import Recurring
from hq.service import Hq
from hq.webapi import reports

POLL = 10.0


def lapser(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("reservations", (partial(sweep, hq), "reservations wait to be ended"), poll=poll)


def sweep(hq: Hq) -> None:
    """Takes the database's write lock only where something is over."""
    now = hq.clock()
    with hq.reading() as connection:
        something = reservations.is_over(connection, now=now) or directives.is_old(connection, now=now)
        something = something or reports.is_old(connection, now=now)
    if something:
        with hq.engine.begin() as connection:
            reservations.lapse(connection, now=now)
            directives.forget(connection, now=now)
            reports.forget(connection, now=now)
