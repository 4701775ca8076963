"""Points that orders were paid with: what is wrong with them, for who reads what became of an import."""

from collections.abc import Collection

from sqlalchemy import Connection, select, tuple_

from hq.buyers import payer
from hq.points.ledger import ORDER, entries, overdrawn
from hq.points.rates import Rate

Order = tuple[str, str]
"""Store and number."""


def problems(connection: Connection, rates: tuple[Rate, ...], orders: Collection[Order]) -> dict[Order, str]:
    """Of those of `orders` that nobody's points paid, or more than there were, why that is so."""
    named = tuple_(ORDER.store, ORDER.order_id).in_(orders)
    query = select(ORDER.store, ORDER.order_id, payer()).where(named, ORDER.points > 0).distinct()
    found: dict[Order, str] = {}
    for store, order, profile in connection.execute(query):
        if profile is None:
            found[store, order] = "points were spent, and HQ does not know whose"
        elif short := overdrawn(entries(connection, rates, profile)):
            found[store, order] = f"{short} more points were spent than there were"
    return found
