"""A shop made up from a seed: visits with scans and views, lines, now and then a basket that is sent."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from random import Random

import msgspec

from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.consent import consent
from edge.domain.events import (
    BasketSent,
    Event,
    LineAdded,
    ProductScanned,
    ProductViewed,
    VisitEnded,
    VisitStarted,
)
from sync.codec import seal

WORDS = "Write to me about what lies in my basket."
SENT = 0.1
"""Of the visits: one event in fifty is a basket that was sent."""
PEOPLE = 40
"""Few enough that they come back."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event before it has a number; `blob` is what is sealed beside it, in hex."""

    id: str
    kind: str
    body: str
    blob: str = ""


def happenings(
    seed: int,
    count: int,
    *,
    store: str,
    seal_key: bytes = b"",
    sends: float = SENT,
    people: Sequence[int] = range(PEOPLE),
) -> list[Happening]:
    """The first `count` events of the shop that `seed` makes up; `sends` of its visits, by some of `people`, end in a
    basket that is sent. Without a `seal_key` none does."""
    return list(islice(shop(seed, store, seal_key, sends, people), count))


def said(happening: Happening) -> str:
    return json.dumps(asdict(happening))


def shop(
    seed: int, store: str, seal_key: bytes = b"", sends: float = SENT, people: Sequence[int] = range(PEOPLE)
) -> Iterator[Happening]:
    """For ever."""
    random = Random(seed)
    while True:
        for event in _visit(random, sends=random.random() < sends and bool(seal_key)):
            id = _id(random)  # noqa: A001
            mailed = isinstance(event, BasketSent)
            blob = seal(seal_key, _address(random.choice(people), store, id)).hex() if mailed else ""
            body = msgspec.json.encode(event).decode()
            yield Happening(id=id, kind=type(event).__name__, body=body, blob=blob)


def _visit(random: Random, *, sends: bool) -> Iterator[Event]:
    visit, basket, station = _id(random), _id(random), random.choice(("wall", "tablet"))
    lines = []
    yield VisitStarted(visit=visit, station=station, language="en")
    for item in random.sample(ITEMS, random.randint(1, 3)):
        code = {"reader": "till", "symbology": "ean13", "code": item.sku}
        yield ProductScanned(visit=visit, station=station, item=item, **code)
        yield ProductViewed(visit=visit, station=station, item=item)
        lines.append(Line(item=item, quantity=1, fulfilment="take"))
        yield LineAdded(basket=basket, visit=visit, station=station, item=item, quantity=1, fulfilment="take")
    if sends:
        answer = consent("marketing", random.random() < 0.5, words=WORDS, version="1", language="en")
        where = {"visit": visit, "station": station, "channel": "mail", "language": "en"}
        yield BasketSent(basket=basket, lines=tuple(lines), consents=(answer,), **where)
    yield VisitEnded(visit=visit, station=station, reason="sent" if sends else "done")


def _address(person: int, store: str, event: str) -> bytes:
    who = f"shopper{person}@example.com"
    return msgspec.json.encode({"v": 1, "store": store, "event": event, "mail": who})


def _id(random: Random) -> str:
    return f"{random.getrandbits(128):032x}"


def _item(n: int) -> Item:
    kind = {"brand": "Aurora", "category": "Shoes", "variant": f"{36 + n % 10} · Brown"}
    return Item(sku=f"boot-{n}", product_id="boot", name="Trail boot", price=9900 + n, currency="EUR", **kind)


ITEMS = [_item(n) for n in range(100)]
