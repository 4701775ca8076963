"""Products by what their variants are: the rows that lists are narrowed down by."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from edge.catalogue.categories import ancestors
from edge.catalogue.choice import Choice, Place, Whereabouts
from edge.catalogue.near import Ask
from edge.catalogue.schema import FIELD

NOWHERE = frozenset[Place]()


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


def rows(ask: Ask, numbers: Sequence[int]) -> list[Row]:
    """In the order of `numbers`."""
    columns = ", ".join(Row._fields)
    found = {row[0]: Row._make(row) for row in ask(f"SELECT {columns} FROM facet WHERE n IN ({_listed(numbers)})")}
    return [found[n] for n in numbers if n in found]


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
    numbers = [row.n for row in those]
    held, zoned = _held(ask, numbers, where), _zone_prices(ask, numbers, where.zone)
    for row in those:
        each = zip(*(column.split(FIELD) for column in row[3:]), strict=True) if row.skus else ()
        yield [
            Sort(size, colour, zoned.get(sku, int(price)), held.get(sku, NOWHERE)) for sku, size, colour, price in each
        ]


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


def place_counts(ask: Ask, numbers: Sequence[int], where: Whereabouts) -> dict[str, int]:
    """How many of these products some variant of is here, nearby and in the web shop."""
    places = where.places
    named = " ".join("WHEN ? THEN ?" for _ in places)
    bound = [part for pair in places.items() for part in pair]
    sql = f"SELECT DISTINCT f.n AS n, CASE s.store {named} END AS place {_stock_of(numbers)}"
    return dict(ask(f"SELECT place, count(*) FROM ({sql}) WHERE place IS NOT NULL GROUP BY place", *bound))


def _held(ask: Ask, numbers: Sequence[int], where: Whereabouts) -> dict[str, frozenset[Place]]:
    """By sku, where there is some."""
    places, held = where.places, dict[str, frozenset[Place]]()
    for sku, store in ask(f"SELECT s.sku, s.store {_stock_of(numbers)}"):
        if store in places:
            held[sku] = held.get(sku, NOWHERE) | {places[store]}
    return held


def _stock_of(numbers: Sequence[int]) -> str:
    """All counts of a variant lie beside each other: they are read whole, whichever stores are asked for."""
    joined = "FROM facet f CROSS JOIN variant v ON v.product_id = f.id CROSS JOIN stock s ON s.sku = v.sku"
    return f"{joined} WHERE f.n IN ({_listed(numbers)}) AND s.quantity > 0"


def _zone_prices(ask: Ask, numbers: Sequence[int], zone: str) -> dict[str, int]:
    if not zone:
        return {}
    joined = "FROM facet f CROSS JOIN variant v ON v.product_id = f.id CROSS JOIN zone_price z ON z.sku = v.sku"
    found = ask(f"SELECT z.sku, z.price {joined} WHERE f.n IN ({_listed(numbers)}) AND z.zone = ?", zone)
    return dict(found)


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
