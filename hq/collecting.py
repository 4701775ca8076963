"""Orders of the web shop that their buyer collects in a store: a basket in that store's queue, under their number.

They come by `hq.orders`, from the journal again after a restore, and make the same directive each time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, select

from edge.catalogue import rows as catalogue_rows
from edge.domain.article import WEB, Product, Variant
from edge.domain.article import Item as Article
from edge.domain.basket import MOST_LINES, MOST_OF_ONE, Line
from edge.domain.directives import GatherBasket
from hq import reservations
from hq.ids import derived
from hq.store.tables import article, order_line

T = TypeVar("T")
_O, _A = order_line.c, article.c


def direct(connection: Connection, told: Mapping[str, str], *, at: int) -> None:
    """`collect` is the store that is to gather what `store` sold under `order_id`; where that takes back the order
    `of`, it need not any more. `at`: when HQ was told, in milliseconds since 1970."""
    order = told["of"] or told["order_id"]
    basket = derived("order", told["store"], order)
    if told["of"]:
        reservations.released(connection, WEB, basket, event=derived("order", told["store"], told["order_id"]), at=at)
        return
    lines = _lines(connection, told["store"], order)
    if not lines:
        return
    gather = GatherBasket(basket=basket, source=WEB, lines=lines, number=order)
    named = derived("order", told["store"], order, *(f"{line.item.sku} {line.quantity}" for line in lines))
    reservations.ask(connection, basket, gather, store=told["collect"], sku="", event=named, at=at)


def is_web_order(connection: Connection, basket: str) -> bool:
    """Whether that is a basket which the web shop has sold already."""
    known = reservations.find(connection, basket)
    return known is not None and known.source == WEB


def _lines(connection: Connection, store: str, order: str) -> tuple[Line, ...]:
    """All of the order, however many messages it came in."""
    query = select(order_line).where(_O.store == store, _O.order_id == order, _O.quantity > 0).order_by(_O.sku)
    rows = connection.execute(query.limit(MOST_LINES)).all()
    return tuple(
        Line(item=item(connection, row), quantity=min(row.quantity, MOST_OF_ONE), fulfilment="collect") for row in rows
    )


def item(connection: Connection, row: Row[Any]) -> Article:
    """At the price that was paid; what has left the catalogue is named by its number."""
    variant = _value(connection, "variant", row.sku, Variant)
    product = _value(connection, "product", variant.product_id, Product) if variant else None
    paid = {"price": row.price, "currency": row.currency}
    if variant is None or product is None:
        bare = {"product_id": row.sku, "name": row.sku, "variant": "", "brand": "", "category": ""}
        return Article(sku=row.sku, **bare, **paid)
    name = product.title.get("en") or next(iter(product.title.values()), row.sku)
    return replace(catalogue_rows.item(variant, product, name), **paid)


def _value(connection: Connection, kind: str, id_: str, type_: type[T]) -> T | None:
    doc = connection.scalar(select(_A.doc).where(_A.kind == kind, _A.id == id_))
    return None if doc is None else msgspec.json.decode(doc, type=type_)
