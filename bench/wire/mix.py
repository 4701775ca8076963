"""The events that a shop makes: visits of twelve, every fourth of which sends a basket home."""

import itertools
import time
from collections.abc import Iterator

from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.consent import consent
from edge.domain.events import BasketSent, Event, LineAdded, ProductScanned, ProductViewed, VisitEnded, VisitStarted
from edge.shop.sending import Address, sealed_address
from sync.codec import new_id

ARTICLES = 500
WORDS = "Write to me about what lies in my basket."
Made = tuple[str, Event, bytes | None]
"""Id, event, sealed blob."""


def events(store: str, seal_key: bytes, first: int = 0) -> Iterator[Made]:
    """For ever; one event in fifty is a `BasketSent` of three lines, whose person comes back every thousandth time.
    `first`: the number of the first visit, so that boxes don't all begin with the same person."""
    for visit in itertools.count(first):
        yield from _visit(visit, store, seal_key)


def _visit(number: int, store: str, seal_key: bytes) -> Iterator[Made]:
    visit, basket = _id(), _id()
    here = {"visit": visit, "station": "wall"}
    items = [_item(number * 7 + at) for at in range(4)]
    yield _id(), VisitStarted(language="en", **here), None
    for item in items:
        code = {"reader": "wall-scanner", "symbology": "ean13", "code": f"{number:013}"}
        yield _id(), ProductScanned(item=item, **code, **here), None
        yield _id(), ProductViewed(item=item, **here), None
    for item in items[:2]:
        yield _id(), LineAdded(basket=basket, item=item, quantity=1, fulfilment="take", **here), None
    if number % 4 == 0:
        yield _sent(number, store, seal_key, items[:3], basket=basket, **here)
    yield _id(), VisitEnded(reason="done", **here), None


def _sent(number: int, store: str, seal_key: bytes, items: list[Item], **here: str) -> Made:
    event_id = _id()
    lines = tuple(Line(item=item, quantity=1, fulfilment="take") for item in items)
    consents = (consent("marketing", number % 3 == 0, words=WORDS, version="1", language="en"),)
    address = Address(channel="mail", value=f"shopper{number % 4000}@example.com")
    blob = sealed_address(seal_key, store=store, event_id=event_id, address=address)
    return event_id, BasketSent(channel="mail", language="en", lines=lines, consents=consents, **here), blob


def _item(number: int) -> Item:
    number %= ARTICLES
    return Item(
        sku=f"sku-{number:05}",
        product_id=f"p-{number // 5:04}",
        name=f"Trail boot {number // 5}",
        variant=f"{38 + number % 5} · Brown",
        brand="Aurora",
        category="Shoes > Boots",
        price=12995,
        currency="EUR",
        gtin=f"{number:014}",
    )


def _id() -> str:
    return new_id(time.time_ns() // 1_000_000)
