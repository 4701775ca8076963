"""What a web shop told of a person -> the basket that is theirs on the web, beside those of the stores.

It is folded anew from all they did with the cart, in the order in which the journal has it: so it is the same whenever
and however often HQ hears of it. A purchase takes its articles out of the cart, whoever tells of it; that they are
bought is the orders' word alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from edge.domain.article import WEB
from edge.domain.basket import MOST_LINES, MOST_OF_ONE
from hq.buyers import ORDER, assign
from hq.ids import derived
from hq.journal import Entry
from hq.store import tables
from hq.store.insert import insert_new, put
from hq.store.many import among
from hq.webapi.names import OF_CARTS

EVENT = tables.web_event


@dataclass
class Cart:
    lines: dict[str, Any] = field(default_factory=dict)
    """By SKU in the order in which they were put in: the row that told of the article last."""
    pieces: dict[str, int] = field(default_factory=dict)
    began: int = 0
    """When something was first put into the empty cart; 0 for never. In milliseconds."""
    first: str = ""
    """The event that did."""


def apply(connection: Connection, entry: Entry) -> None:
    """The effect of a journal entry: rows, and the basket. Nothing for somebody HQ does not know (any more)."""
    profile = connection.scalar(select(tables.profile.c.id).where(tables.profile.c.id == entry.subject))
    if profile is None:
        return
    common = {"profile": profile, "entry": entry.id, "at": entry.at, "shop": entry.body["shop"]}
    rows = [row | common | {"place": place} for place, row in enumerate(entry.body["rows"])]
    _keep(connection, entry, rows)
    if any(row["kind"] in OF_CARTS for row in rows):
        fill(connection, profile)


def _keep(connection: Connection, entry: Entry, rows: Sequence[dict[str, Any]]) -> None:
    """Of two entries that tell of one event the earlier counts, whichever comes here first."""
    column = EVENT.c
    later = or_(column.at > entry.at, (column.at == entry.at) & (column.entry > entry.id))
    connection.execute(delete(EVENT).where(among(column.id, {row["id"] for row in rows}), later))
    insert_new(connection, EVENT, rows)


def fill(connection: Connection, profile: str) -> None:
    column = EVENT.c
    query = select(EVENT).where(column.profile == profile, column.kind.in_(OF_CARTS))
    cart = folded(connection.execute(query.order_by(column.at, column.entry, column.place)).all())
    if not cart.began:
        return
    basket = basket_id(profile)
    language = connection.scalar(select(tables.profile.c.language).where(tables.profile.c.id == profile))
    row = {"id": basket, "profile": profile, "store": WEB, "station": WEB, "event": derived("web-cart", cart.first)}
    when = {"sent": cart.began, "told": cart.began, "shop_id": "", "log_id": "", "n": 0, "language": language}
    put(connection, tables.basket, row | when)
    connection.execute(delete(tables.basket_line).where(tables.basket_line.c.basket == basket))
    lines = [_line(basket, place, cart, sku) for place, sku in enumerate(cart.lines)]
    insert_new(connection, tables.basket_line, lines)
    _outdo_choices(connection, basket, cart)
    assign(connection, ORDER.basket == basket)


def basket_id(profile: str) -> str:
    """HQ's id of the person's basket on the web."""
    return derived("basket", WEB, profile)


def folded(rows: Iterable[Any]) -> Cart:
    """`rows` of `web_event`, oldest first."""
    cart = Cart()
    for _, told in groupby(rows, key=lambda row: row.id):
        event = list(told)
        was_empty = not cart.lines
        if event[0].kind == "cart":
            kept = {row.sku for row in event}
            for sku in [sku for sku in cart.lines if sku not in kept]:
                _take(cart, sku)
        for row in event:
            if row.sku:
                _follow(cart, row)
        if was_empty and cart.lines:
            cart.began, cart.first = event[0].at, event[0].id
    return cart


def _follow(cart: Cart, row: Any) -> None:
    before = cart.pieces.get(row.sku, 0)
    pieces = {"added": before + row.quantity, "removed": before - row.quantity, "cart": row.quantity}.get(row.kind, 0)
    if pieces <= 0:
        _take(cart, row.sku)
    elif before or len(cart.lines) < MOST_LINES:
        cart.lines[row.sku], cart.pieces[row.sku] = row, min(pieces, MOST_OF_ONE)


def _take(cart: Cart, sku: str) -> None:
    cart.lines.pop(sku, None)
    cart.pieces.pop(sku, None)


def _line(basket: str, place: int, cart: Cart, sku: str) -> dict[str, Any]:
    row = cart.lines[sku]
    same = {name: getattr(row, name) for name in ("sku", "product_id", "name", "variant", "price", "currency")}
    return same | {"basket": basket, "position": place, "quantity": cart.pieces[sku], "fulfilment": "ship"}


def _outdo_choices(connection: Connection, basket: str, cart: Cart) -> None:
    """What was chosen on the basket's page counts until the cart tells anew of that article."""
    choice = tables.shared_choice
    for sku, row in cart.lines.items():
        older = (choice.c.basket == basket, choice.c.sku == sku, choice.c.at <= row.at)
        connection.execute(delete(choice).where(*older))


def forget(connection: Connection, profile: str) -> None:
    """What the decisions themselves said of an erased person's articles."""
    entry = tables.decision
    told = (entry.c.subject == profile, entry.c.kind == "web-told")
    connection.execute(update(entry).where(*told).values(body="{}"))
