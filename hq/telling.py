"""The thread that tells the stores of what changes: what imports, tills and readers entered becomes a version of the
stock feed within a second, and codes that were issued, used or taken back one of the offers."""

from functools import partial

from hq.coupons.terms import all_terms
from hq.feeds import offers, stock
from hq.recurring import Recurring
from hq.service import Hq

POLL = 0.5
"""Seconds between looks."""


def teller(hq: Hq, *, poll: float = POLL) -> Recurring:
    """What is pending when it stops is told by the next start."""
    tasks = (partial(tell, hq), "stock waits to be told"), (partial(tell_offers, hq), "codes wait to be told")
    return Recurring("telling", *tasks, poll=poll)


def tell(hq: Hq) -> None:
    with hq.reading() as connection:
        pending = stock.is_pending(connection)
    if pending:
        with hq.engine.connect() as connection:
            stock.publish_stock(connection, hq.keys.signing, now=hq.clock())


def tell_offers(hq: Hq) -> None:
    terms = all_terms(hq.config)
    with hq.reading() as connection:
        pending = offers.is_pending(connection, terms, now=hq.clock())
    if pending:
        with hq.engine.connect() as connection:
            offers.publish_offers(connection, hq.keys.signing, terms, now=hq.clock())
