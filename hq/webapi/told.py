"""What becomes of a report: of a person who allows it an entry of the journal, else a row that is nobody's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from edge.catalogue import Catalogue
from edge.domain.article import Variant
from edge.domain.basket import MOST_OF_ONE
from hq import decisions
from hq.ids import derived
from hq.importers.cells import decimals_of
from hq.orders.importing import take_in
from hq.orders.skus import AskedSkus
from hq.report import Report
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.many import among
from hq.webapi.asking import Asking
from hq.webapi.names import Kind, kind_of
from hq.webapi.shapes import EventIn, ItemIn, Number, PersonIn

Row = dict[str, Any]
NOTHING: Row = {"sku": "", "product_id": "", "name": "", "variant": "", "quantity": 0, "price": 0, "currency": ""}


@dataclass(frozen=True, kw_only=True)
class Told:
    """Numbers of events."""

    accepted: int
    repeated: int
    ignored: int


def order_report(hq: Hq, asking: Asking, events: Sequence[EventIn], person: PersonIn) -> Report | None:
    """Takes in the purchases of `events`, by the word of the shop's server; None where there are none. Told again they
    change nothing. Raises SQLAlchemy's errors where the database can't take them now."""
    bought = [event for event in events if kind_of(event.name, trusted=True) == "bought"]
    cells = [one for event in bought for one in _cells(hq, asking.shop.store, event, person)]
    return take_in(hq, cells) if cells else None


def _cells(hq: Hq, store: str, event: EventIn, person: PersonIn) -> Iterator[dict[str, str]]:
    told, now = event.properties, datetime.fromtimestamp(hq.clock() / 1000, UTC)
    catalogue = hq.catalogue()
    head = {
        "store": store,
        "order_id": _order_id(event),
        "at": event.at or now.isoformat(timespec="seconds"),
        "currency": told.currency,
        "mail": person.mail,
        "phone": person.phone,
        "card": person.card,
        "customer": person.customer,
        "basket": person.basket,
        "coupon": _text(told.coupon),
        "points": _text(told.tote_points),
    }
    for item in _items(event):
        known = _article(catalogue, item) if catalogue else None
        sku = known.sku if known else _text(item.sku) or _text(item.item_id) or _text(item.product_id)
        price = {} if item.price is not None else _own_price(known)
        yield head | {"sku": sku, "quantity": _text(item.quantity) or "1", "price": _text(item.price)} | price


def _own_price(known: Variant | None) -> dict[str, str]:
    """HQ's, where the shop tells none."""
    if known is None:
        return {}
    price = Decimal(known.price.amount).scaleb(-decimals_of(known.price.currency))
    return {"price": f"{price:f}", "currency": known.price.currency}


def keep(hq: Hq, asking: Asking, profile: str | None, events: Sequence[EventIn]) -> Told:
    """`profile` is somebody who allows it, None of anybody else."""
    catalogue = hq.catalogue()
    found: dict[str, list[Row]] = {}
    for event in events:
        kind = kind_of(event.name, trusted=asking.trusted)
        if catalogue and kind and (rows := list(_rows(catalogue, asking, event, kind))):
            found.setdefault(rows[0]["id"], rows)
    with hq.reading() as reading:
        known = _known(reading, list(found))
    fresh = [row for event_id, rows in found.items() if event_id not in known for row in rows]
    if fresh and profile:
        decisions.web_told(hq, profile, shop=asking.shop.name, rows=fresh)
    elif fresh:
        _count(hq, asking.shop.name, fresh)
    accepted = len(found) - len(known)
    return Told(accepted=accepted, repeated=len(known), ignored=len(events) - len(found))


def _count(hq: Hq, shop: str, rows: Sequence[Row]) -> None:
    common = {"shop": shop, "at": hq.clock()}
    names = ("id", "n", "kind", "sku", "quantity")
    with hq.engine.begin() as connection:
        insert_new(connection, tables.web_report, [common | {name: row[name] for name in names} for row in rows])


def _known(reading: Connection, ids: Sequence[str]) -> set[str]:
    columns = (tables.web_event.c.id, tables.web_report.c.id)
    return {one for column in columns for one in reading.scalars(select(column).where(among(column, ids)))}


def _rows(catalogue: Catalogue, asking: Asking, event: EventIn, kind: Kind) -> Iterator[Row]:
    """One per article, without its profile; an article that is told of twice counts once, the first. What a page tells
    takes no id from what the shop's server signs: anybody can tell as a page."""
    said = "web" if asking.trusted else "web-page"
    head = {"id": derived(said, asking.shop.name, event.id), "kind": kind, "order_id": _order_id(event)[:64]}
    items: dict[str, Row] = {}
    for item in _items(event):
        quantity = _quantity(item)
        if quantity and (article := _article(catalogue, item)):
            items.setdefault(article.sku, _told_of(catalogue, article, quantity))
    about = list(items.values()) or ([NOTHING] if kind == "cart" and not list(_items(event)) else [])
    yield from (head | {"n": n} | row for n, row in enumerate(about))


def _told_of(catalogue: Catalogue, article: Variant, quantity: int) -> Row:
    product = catalogue.product(article.product_id)
    return {
        "sku": article.sku,
        "product_id": article.product_id,
        "name": next(iter(product.title.values()), article.sku) if product else article.sku,
        "variant": " · ".join(part for part in (article.size, article.colour) if part),
        "quantity": quantity,
        "price": article.price.amount,
        "currency": article.price.currency,
    }


def _items(event: EventIn) -> list[ItemIn]:
    told = event.properties
    alone: list[ItemIn] = [told] if told.sku or told.item_id or told.product_id else []
    return told.items or told.products or alone


def _article(catalogue: Catalogue, item: ItemIn) -> Variant | None:
    skus = AskedSkus(catalogue)
    told = [text for text in (_text(item.sku), _text(item.item_id), _text(item.product_id)) if text]
    return next((known for text in told if (known := catalogue.by_sku(skus.meant(text)))), None)


def _order_id(event: EventIn) -> str:
    return _text(event.properties.order_id) or _text(event.properties.transaction_id)


def _quantity(item: ItemIn) -> int:
    """Pieces, one where nothing is said of it; 0 for what is no number of pieces."""
    text = _text(item.quantity) or "1"
    return min(int(text), MOST_OF_ONE) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _text(value: Number | None) -> str:
    """Numbers as they are written, without the exponent of a float."""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value).strip()
