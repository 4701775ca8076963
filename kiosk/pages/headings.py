"""By what a list can be narrowed down, and where each choice leads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask_babel import gettext

from edge.catalogue import Category
from edge.catalogue.facets import ENDLESS, Facets, Value
from edge.domain.money import Money
from edge.shop import Browse
from kiosk.wording import money, named

MOST_VALUES = 24
"""Of one heading; who looks for another types it."""
MOST_CATEGORIES = 100
"""A department store has dozens, and nobody types what only looking tells."""
ROW = 10
"""Categories that the row below the list shows at a glance; more of them are a heading too."""
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
    exact: bool = False
    """The counts are of all there is, whatever was looked through."""

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.chosen]


def fields(screen: Browse) -> Chosen:
    """What a form sends to come to `screen`; nothing of what is not chosen."""
    return {key: value for key, value in msgspec.to_builtins(screen).items() if value and key not in ("type", "typing")}


def headings(facets: Facets, screen: Browse, currency: str, categories: Sequence[Category] = ()) -> list[Heading]:
    """`categories` are all of the catalogue."""

    def heading(name: str, label: str, options: Iterator[Option]) -> Heading:
        return Heading(name=name, label=label, options=list(options)[:MOST_VALUES], open=screen.heading == name)

    return [
        heading("places", gettext("Where"), _many(screen, "places", facets.places, place_names())),
        _shelf(facets, screen, categories),
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


def _shelf(facets: Facets, screen: Browse, categories: Sequence[Category]) -> Heading:
    """Of what was found; with nothing sought, of the whole shop, where its categories are too many for a row."""
    crowded = sum(" > " not in category.path for category in categories) > ROW
    narrowed = (screen.query, screen.brands, screen.sizes, screen.colours, screen.places, screen.price)
    whole = crowded and not any(narrowed)
    found = facets.categories if screen.query or crowded else ()
    values = [Value(category.path, category.count) for category in categories] if whole else found
    options = list(_categories(screen, values))[:MOST_CATEGORIES]
    opened = screen.heading == "category"
    return Heading(name="category", label=gettext("Category"), options=options, open=opened, exact=whole)


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
