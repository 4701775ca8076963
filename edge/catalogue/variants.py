"""Products by what their variants are: the rows that lists are narrowed down by."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from edge.catalogue.categories import ancestors
from edge.catalogue.choice import PLACES, Choice, Place, Whereabouts
from edge.catalogue.near import Ask
from edge.catalogue.schema import FIELD
from edge.domain.article import WEB


class Row(NamedTuple):
    """Of `facet`. The last four hold a value for each variant, in one order, joined by FIELD."""

    n: int
    brand: str
    category: str
    skus: str
    sizes: str
    colours: str
    prices: str


class Sort(NamedTuple):
    """A variant, by what it can be chosen."""

    size: str
    colour: str
    price: int
    places: frozenset[Place]


ROWS = f"""
SELECT {", ".join(f"f.{column}" for column in Row._fields)} FROM json_each(?) a CROSS JOIN facet f ON f.n = a.value
"""
"""A list in JSON comes in its order, and keeps the statement the same, so that SQLite need not read it anew."""
STOCK = """
SELECT (
  SELECT max(s.store = ?) + 2 * max({nearby}) + 4 * max(s.store = ?)
  FROM stock s WHERE s.sku = a.value AND s.quantity > 0
) FROM json_each(?) a
"""
"""All counts of a variant lie beside each other: they are read whole, whichever stores are asked for. The answer is one
number for each variant, a bit for each of PLACES: rows of texts would take longer to fetch than to find."""
HERE = 1 << PLACES.index("here")
COUNTED_HERE = "SELECT s.sku, s.as_of FROM json_each(?) a CROSS JOIN stock s ON s.sku = a.value WHERE s.store = ?"
SETS = [frozenset(place for bit, place in enumerate(PLACES) if mask >> bit & 1) for mask in range(1 << len(PLACES))]
ZONE_PRICES = """
SELECT z.sku, z.price FROM json_each(?) a CROSS JOIN zone_price z ON z.sku = a.value WHERE z.zone = ?
"""


def rows(ask: Ask, numbers: Sequence[int]) -> list[Row]:
    """In the order of `numbers`."""
    return list(map(Row._make, ask(ROWS, json.dumps(numbers))))


def chosen(ask: Ask, those: Sequence[Row], choice: Choice, where: Whereabouts) -> list[Row]:
    """Those that fit."""
    kept = [row for row in those if _of_kind(row, choice)]
    if not choice.of_variants:
        return kept
    return [row for row, fit in zip(kept, fitting(sorts(ask, kept, where), choice), strict=True) if fit]


def _of_kind(row: Row, choice: Choice) -> bool:
    if choice.brands and row.brand not in choice.brands:
        return False
    return not choice.category or choice.category in ancestors(row.category)


def sorts(ask: Ask, those: Sequence[Row], where: Whereabouts) -> Iterator[list[Sort]]:
    """The variants of each."""
    skus = [sku for row in those if row.skus for sku in row.skus.split(FIELD)]
    held = dict(zip(skus, in_stock(ask, skus, where), strict=True))
    zoned = _zone_prices(ask, skus, where.zone)
    for row in those:
        each = zip(*(column.split(FIELD) for column in row[3:]), strict=True) if row.skus else ()
        yield [Sort(size, colour, zoned.get(sku, int(price)), SETS[held[sku]]) for sku, size, colour, price in each]


def fitting(each: Iterator[list[Sort]], choice: Choice) -> Iterator[list[Sort]]:
    """Of every product the variants that fit."""
    fits = _fit(choice)
    return ([sort for sort in those if fits(sort)] for those in each)


def _fit(choice: Choice) -> Callable[[Sort], bool]:
    low = choice.lowest if choice.lowest is not None else -(1 << 62)
    high = choice.highest if choice.highest is not None else 1 << 62

    def fits(sort: Sort) -> bool:
        return (
            low <= sort.price <= high
            and (not choice.sizes or sort.size in choice.sizes)
            and (not choice.colours or sort.colour in choice.colours)
            and (not choice.places or not choice.places.isdisjoint(sort.places))
        )

    return fits


def in_stock(ask: Ask, skus: Sequence[str], where: Whereabouts) -> list[int]:
    """Where there is some of each, as a place in SETS."""
    nearby = [store for store, place in where.places.items() if place == "nearby"]
    sql = STOCK.format(nearby=" OR ".join(["FALSE", *["s.store = ?"] * len(nearby)]))
    found = ask(sql, where.here, *nearby, WEB, json.dumps(skus))
    masks = [mask or 0 for (mask,) in found]
    return _overlaid(ask, skus, masks, where) if where.counted else masks


def _overlaid(ask: Ask, skus: Sequence[str], masks: Sequence[int], where: Whereabouts) -> list[int]:
    """With what the store that asks counted after the catalogue's count of it."""
    theirs = dict(ask(COUNTED_HERE, json.dumps(skus), where.here))
    laid = list(masks)
    for at, sku in enumerate(skus):
        own = where.counted.get(sku)
        if own is not None and (sku not in theirs or theirs[sku] < own.as_of):
            laid[at] = laid[at] | HERE if own.quantity > 0 else laid[at] & ~HERE
    return laid


def _zone_prices(ask: Ask, skus: Sequence[str], zone: str) -> dict[str, int]:
    return dict(ask(ZONE_PRICES, json.dumps(skus), zone)) if zone else {}
