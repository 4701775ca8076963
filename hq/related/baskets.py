"""The baskets HQ knows: what boxes recorded, what was sent, what tills and the web shop sold. Nobody's name is read.

One basket may be told three times: line by line as it came about, whole when it was sent, and by the till that sold it.
It is one basket all the same, known by its id in the store's events.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from hq.store import tables

CHUNK = 2_000
ADDED, REMOVED = "LineAdded", "LineRemoved"


class _Item(msgspec.Struct):
    product_id: str


class _Line(msgspec.Struct):
    """What of a line's event matters here."""

    basket: str
    item: _Item


def baskets(connection: Connection, since: int) -> Iterator[set[str]]:
    """The products of each basket of which HQ heard since `since` (milliseconds since 1970)."""
    found: dict[str, set[str]] = defaultdict(set)
    for sources in (_recorded, _sent, _sold):
        for basket, product, there in sources(connection, since):
            (found[basket].add if there else found[basket].discard)(product)
    return (products for products in found.values() if products)


def _recorded(connection: Connection, since: int) -> Iterator[tuple[str, str, bool]]:
    """In the order in which it happened: numbers within a log, and a store's logs one after the other."""
    event, decoder = tables.event.c, msgspec.json.Decoder(_Line)
    query = select(event.kind, event.body).where(event.kind.in_((ADDED, REMOVED)), event.received >= since)
    ordered = query.order_by(event.received, event.log_id, event.n)
    for kind, body in connection.execute(ordered.execution_options(yield_per=CHUNK)):
        line = decoder.decode(body)
        yield line.basket, line.item.product_id, kind == ADDED


def _sent(connection: Connection, since: int) -> Iterator[tuple[str, str, bool]]:
    basket, line = tables.basket.c, tables.basket_line.c
    query = select(basket.id, basket.shop_id, line.product_id).where(line.basket == basket.id, basket.sent >= since)
    for id_, shop_id, product in connection.execute(query.execution_options(yield_per=CHUNK)):
        yield shop_id or id_, product, True


def _sold(connection: Connection, since: int) -> Iterator[tuple[str, str, bool]]:
    """Of an article that is no longer offered nobody knows the product any more."""
    order, article, basket = tables.order_line.c, tables.article.c, tables.basket.c
    sold = select(order.store, order.order_id, order.basket, basket.shop_id, article.parent)
    joined = sold.join(tables.article, (article.kind == "variant") & (article.id == order.sku))
    query = joined.outerjoin(tables.basket, basket.id == order.basket).where(order.at >= since, order.quantity > 0)
    for store, number, named, shop_id, product in connection.execute(query.execution_options(yield_per=CHUNK)):
        yield shop_id or named or f"{store} {number}", product, True
