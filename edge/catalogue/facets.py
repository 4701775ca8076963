"""By what a list of products can be narrowed down, and how many are left then.

A product fits when one of its variants fits everything that was chosen: size 42 in brown, here, for less than 100. Each
value is counted among the products that everything chosen under the other headings leaves, so that a second value under
the same heading widens the list, as one expects of a shop.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from edge.catalogue.categories import ancestors
from edge.catalogue.near import Ask
from edge.catalogue.schema import FIELD, RECORD
from edge.domain.article import WEB

Place = Literal["here", "nearby", "web"]
PLACES: tuple[Place, ...] = ("here", "nearby", "web")
RANGES = 4
"""Into so many parts prices are cut, as evenly as round figures allow."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a shopper chose. Nothing under a heading lets everything pass. Prices are minor units, both ends within;
    `category` is a path, and takes in what lies below it."""

    category: str = ""
    brands: Set[str] = frozenset()
    sizes: Set[str] = frozenset()
    colours: Set[str] = frozenset()
    lowest: int | None = None
    highest: int | None = None
    places: Set[Place] = frozenset()

    def __bool__(self) -> bool:
        return self != Choice()

    def without(self, heading: str) -> "Choice":
        nothing = Choice()
        names = ("lowest", "highest") if heading == "prices" else (heading,)
        return replace(self, **{name: getattr(nothing, name) for name in names})


@dataclass(frozen=True)
class Whereabouts:
    """The store that asks, those near it, and its price zone."""

    here: str = ""
    nearby: Sequence[str] = ()
    zone: str = ""

    def places(self) -> dict[str, Place]:
        """By store id."""
        places: dict[str, Place] = {store: "nearby" for store in self.nearby}  # noqa: C420
        places[WEB] = "web"
        if self.here:
            places[self.here] = "here"
        return places


@dataclass(frozen=True)
class Value:
    """`value` as `Choice` takes it; a range of prices is "lowest-highest"."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Facets:
    categories: Sequence[Value] = ()
    brands: Sequence[Value] = ()
    sizes: Sequence[Value] = ()
    colours: Sequence[Value] = ()
    prices: Sequence[Value] = ()
    places: Sequence[Value] = ()


NOWHERE = frozenset[Place]()
HEADINGS = ("category", "brands", "sizes", "colours", "prices", "places")


@dataclass(frozen=True, slots=True)
class Sort:
    """A variant, by what it can be chosen."""

    size: str
    colour: str
    price: int
    places: frozenset[Place]


@dataclass(frozen=True, slots=True)
class Candidate:
    n: int
    brand: str
    category: str
    sorts: Sequence[Sort]


def candidates(ask: Ask, numbers: Sequence[int], where: Whereabouts) -> list[Candidate]:
    """In the order of `numbers`."""
    listed = ",".join(map(str, numbers))
    rows = {
        n: (brand, category, [one.split(FIELD) for one in variants.split(RECORD)] if variants else [])
        for n, brand, category, variants in ask(f"SELECT n, brand, category, variants FROM facet WHERE n IN ({listed})")
    }
    held = _held(ask, listed, where)
    prices = _zone_prices(ask, listed, where.zone)

    def sort(sku: str, size: str, colour: str, price: str) -> Sort:
        return Sort(size, colour, prices.get(sku, int(price)), held.get(sku, NOWHERE))

    kept = ((n, *rows[n]) for n in numbers if n in rows)
    return [Candidate(n, brand, category, [sort(*one) for one in those]) for n, brand, category, those in kept]


def _of(listed: str) -> str:
    return f"SELECT v.sku FROM product p JOIN variant v ON v.product_id = p.id WHERE p.n IN ({listed})"


def _held(ask: Ask, listed: str, where: Whereabouts) -> dict[str, frozenset[Place]]:
    """By sku, where there is some."""
    places = where.places()
    marks = ",".join("?" * len(places))
    sql = f"SELECT sku, store FROM stock WHERE sku IN ({_of(listed)}) AND store IN ({marks}) AND quantity > 0"
    sets = {place: frozenset({place}) for place in PLACES}
    held = dict[str, frozenset[Place]]()
    for sku, store in ask(sql, *places):
        place = sets[places[store]]
        held[sku] = held[sku] | place if sku in held else place
    return held


def _zone_prices(ask: Ask, listed: str, zone: str) -> dict[str, int]:
    if not zone:
        return {}
    return dict(ask(f"SELECT sku, price FROM zone_price WHERE sku IN ({_of(listed)}) AND zone = ?", zone))


def chosen(those: Iterable[Candidate], choice: Choice) -> list[Candidate]:
    """Those that fit."""
    fits = _fit(choice)
    return [one for one in those if _of_kind(one, choice) and (fits is None or any(map(fits, one.sorts)))]


def _of_kind(one: Candidate, choice: Choice) -> bool:
    if choice.brands and one.brand not in choice.brands:
        return False
    return not choice.category or choice.category in ancestors(one.category)


def _fit(choice: Choice) -> Callable[[Sort], bool] | None:
    """What a variant must fulfil; None where nothing is asked of variants."""
    if not choice.without("category").without("brands"):
        return None
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


def facets(among: Mapping[str, Sequence[Candidate]], choice: Choice) -> Facets:
    """`among` holds, by heading, the candidates that fit everything chosen under the other headings."""

    def count(heading: str, values: Callable[[Sort], Iterable[str]]) -> Counter[str]:
        fits = _fit(choice.without(heading))
        counted = Counter[str]()
        for one in among[heading]:
            counted.update({value for sort in one.sorts if fits is None or fits(sort) for value in values(sort)})
        return counted

    places = count("places", lambda sort: sort.places)
    return Facets(
        categories=_most(_categories(among["category"])),
        brands=_most(Counter(one.brand for one in among["brands"] if one.brand)),
        sizes=_sized(count("sizes", lambda sort: (sort.size,) if sort.size else ())),
        colours=_most(count("colours", lambda sort: (sort.colour,) if sort.colour else ())),
        prices=_ranges(among["prices"], _fit(choice.without("prices"))),
        places=[Value(place, places[place]) for place in PLACES if place in places],
    )


def _categories(those: Iterable[Candidate]) -> Counter[str]:
    counted = Counter[str]()
    for category, count in Counter(one.category for one in those).items():
        for path in ancestors(category):
            counted[path] += count
    return counted


def _most(counted: Counter[str]) -> list[Value]:
    return [Value(*pair) for pair in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]


LETTERS = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "2xl", "xxxl", "3xl", "4xl", "5xl")


def _sized(counted: Counter[str]) -> list[Value]:
    """As they hang on a rail: letters by size, numbers by value, then the rest."""

    def place(size: str) -> tuple[int, float, str]:
        if size.lower() in LETTERS:
            return 0, LETTERS.index(size.lower()), size
        digits = "".join(char for char in size.split(" ")[0].replace(",", ".") if char in "0123456789.")
        number = digits.replace(".", "", 1)
        return (1, float(digits), size) if number.isdigit() and digits[0] != "." else (2, 0.0, size)

    return [Value(size, counted[size]) for size in sorted(counted, key=place)]


def _ranges(those: Sequence[Candidate], fits: Callable[[Sort], bool] | None) -> list[Value]:
    """Round bounds that part the cheapest fitting prices about evenly; each product is counted in every range in which
    a variant of it lies."""
    priced = [{sort.price for sort in one.sorts if fits is None or fits(sort)} for one in those]
    lowest = sorted(min(prices) for prices in priced if prices)
    if not lowest or lowest[0] == lowest[-1]:
        return []
    ranges = list(_bounds(lowest))
    counts = [sum(any(low <= price <= high for price in prices) for prices in priced) for low, high in ranges]
    return [Value(f"{low}-{high}", count) for (low, high), count in zip(ranges, counts, strict=True) if count]


def _bounds(ordered: Sequence[int]) -> Iterator[tuple[int, int]]:
    cuts = sorted({_rounded(ordered[len(ordered) * part // RANGES]) for part in range(1, RANGES)} - {0})
    low = 0
    for cut in cuts:
        if cut > low:
            yield low, cut - 1
            low = cut
    yield low, 1 << 53


def _rounded(price: int) -> int:
    """To one figure, or to a half of the next: 1,234 to 1,000, 18,700 to 20,000, 15,200 to 15,000."""
    unit: int = 10 ** max(len(str(abs(price))) - 1, 0)
    return round(price * 2 / unit) * unit // 2
