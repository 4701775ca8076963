"""Everything there is, by category or by words, narrowed down by what was chosen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask_babel import gettext

from edge.catalogue import Category, Results
from edge.catalogue.facets import ENDLESS, Facets, Value
from edge.domain.money import Money
from edge.shop import Browse, Shop, Station
from kiosk.pages.card import Card, card
from kiosk.wording import money, named

PAGE = 24
MOST_VALUES = 24
"""Of one heading; who looks for another types it."""
RANGE = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
"""Of prices, in minor units."""
Chosen = dict[str, Any]
"""A `Browse` as the form fields that lead to it."""


@dataclass(frozen=True, kw_only=True)
class Option:
    label: str
    count: int
    chosen: bool
    leads: Chosen
    """To the list with it chosen, or without it where it was."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    name: str
    label: str
    options: Sequence[Option]
    open: bool

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.chosen]


def page(shop: Shop, station: Station, screen: Browse) -> dict[str, Any]:
    speaks = shop.language(station.id)
    results = shop.find(station.id, screen, limit=PAGE)
    return {
        "key": "browse",
        "say": "",
        "screen": screen,
        "categories": shelves(shop.catalogue.categories(speaks), screen.category),
        "cards": cards(shop, results, speaks),
        "results": results,
        "headings": [
            one for one in headings(results.facets, screen, shop.currency) if len(one.options) > 1 or one.chosen
        ],
        "suggestions": [(words, fields(Browse(query=words))) for words in results.suggestions],
        "leads": fields(screen),
        "all": fields(Browse(query=screen.query)),
        "step": PAGE,
    }


def shelves(categories: list[Category], chosen: str) -> list[Category]:
    """The first level, and below the chosen one what lies in it."""
    top = chosen.split(" > ")[0]
    inside = [category for category in categories if category.path.startswith(f"{top} > ")] if chosen else []
    first = [category for category in categories if " > " not in category.path]
    at = next((i for i, category in enumerate(first, 1) if category.path == top), 0)
    return [*first[:at], *inside, *first[at:]]


def listed(shop: Shop, station: Station, screen: Browse, offset: int) -> list[Card]:
    """The cards from `offset` on."""
    results = shop.find(station.id, screen, limit=PAGE, offset=offset)
    return cards(shop, results, shop.language(station.id))


def cards(shop: Shop, results: Results, language: str) -> list[Card]:
    """Each product once, standing for the variant that fits best what was typed."""
    found = ((shop.catalogue.product(hit.id), shop.catalogue.by_sku(hit.sku)) for hit in results.hits)
    return [card(product, variant, language) for product, variant in found if product and variant]


def fields(screen: Browse) -> Chosen:
    """What a form sends to come to `screen`; nothing of what is not chosen."""
    return {key: value for key, value in msgspec.to_builtins(screen).items() if value and key not in ("type", "typing")}


def headings(facets: Facets, screen: Browse, currency: str) -> list[Heading]:
    def heading(name: str, label: str, options: Iterator[Option]) -> Heading:
        return Heading(name=name, label=label, options=list(options)[:MOST_VALUES], open=screen.heading == name)

    return [
        heading("places", gettext("Where"), _many(screen, "places", facets.places, place_names())),
        heading("category", gettext("Category"), _categories(screen, facets.categories if screen.query else ())),
        heading("brands", gettext("Brand"), _many(screen, "brands", facets.brands)),
        heading("sizes", gettext("Size"), _many(screen, "sizes", facets.sizes)),
        heading("colours", gettext("Colour"), _many(screen, "colours", facets.colours)),
        heading("prices", gettext("Price"), _prices(screen, facets.prices, currency)),
    ]


def _many(screen: Browse, name: str, values: Sequence[Value], labels: dict[str, str] | None = None) -> Iterator[Option]:
    """Several may be chosen. What was chosen stays, though nothing has it any more."""
    chosen: tuple[str, ...] = getattr(screen, name)
    missing = [Value(value, 0) for value in chosen if value not in {known.value for known in values}]
    for value in (*missing, *values):
        rest = tuple(other for other in chosen if other != value.value)
        after = rest if value.value in chosen else (*chosen, value.value)
        label = (labels or {}).get(value.value) or (named(value.value) if name == "colours" else value.value)
        leads = fields(msgspec.structs.replace(screen, heading=name, **{name: after}))
        yield Option(label=label, count=value.count, chosen=value.value in chosen, leads=leads)


def _categories(screen: Browse, values: Sequence[Value]) -> Iterator[Option]:
    """What lies directly below the chosen one, and that one, which leads up."""
    depth = screen.category.count(" > ") + 1 if screen.category else 0
    for value in values:
        chosen = value.value == screen.category
        if chosen or value.value.count(" > ") == depth:
            parent = " > ".join(value.value.split(" > ")[:-1])
            leads = fields(
                msgspec.structs.replace(screen, heading="category", category=parent if chosen else value.value)
            )
            yield Option(label=named(value.value.split(" > ")[-1]), count=value.count, chosen=chosen, leads=leads)


def _prices(screen: Browse, values: Sequence[Value], currency: str) -> Iterator[Option]:
    for value in values:
        chosen = value.value == screen.price
        leads = fields(msgspec.structs.replace(screen, heading="prices", price="" if chosen else value.value))
        yield Option(label=range_name(value.value, currency), count=value.count, chosen=chosen, leads=leads)
    if screen.price and all(value.value != screen.price for value in values):
        leads = fields(msgspec.structs.replace(screen, heading="prices", price=""))
        yield Option(label=range_name(screen.price, currency), count=0, chosen=True, leads=leads)


def range_name(prices: str, currency: str) -> str:
    low, _, high = prices.partition("-")
    if not RANGE.fullmatch(prices):
        return prices
    least, most = (money(Money(amount=int(end), currency=currency)) for end in (low, high))
    if int(high) >= ENDLESS - 1:
        return str(gettext("from %(price)s", price=least))
    return str(gettext("up to %(price)s", price=most)) if int(low) == 0 else f"{least} – {most}"


def place_names() -> dict[str, str]:
    return {"here": gettext("In this store"), "nearby": gettext("In a store nearby"), "web": gettext("Web shop")}
