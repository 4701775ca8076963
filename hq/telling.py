"""The thread that tells the stores of stock as it changes: what imports, tills and readers entered becomes a version of
the stock feed within a second."""

from functools import partial

from hq.feeds import stock
from hq.recurring import Recurring
from hq.service import Hq

POLL = 0.5
"""Seconds between looks."""


def teller(hq: Hq, *, poll: float = POLL) -> Recurring:
    """What is pending when it stops is told by the next start."""
    return Recurring("stock", (partial(tell, hq), "stock waits to be told"), poll=poll)


def tell(hq: Hq) -> None:
    with hq.reading() as connection:
        pending = stock.is_pending(connection)
    if pending:
        with hq.engine.connect() as connection:
            stock.publish_stock(connection, hq.keys.signing, now=hq.clock())
