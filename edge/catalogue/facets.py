"""By what a list of products can be narrowed down, and how many are left then.

A product fits when one of its variants fits everything that was chosen: size 42 in brown, here, for less than 100. Each
value is counted among the products that everything chosen under the other headings leaves, so that a second value under
the same heading widens the list, as one expects of a shop.

Mostly nothing is chosen of variants, and then what all variants of a product have is counted at once: `Row` has it in
one string a heading. Only otherwise every variant is looked at (`variants.py`).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from edge.catalogue.categories import ancestors
from edge.catalogue.choice import PLACES, Choice, Place, Whereabouts
from edge.catalogue.near import Ask
from edge.catalogue.schema import FIELD
from edge.catalogue.stocked import Stocked
from edge.catalogue.variants import Row, Sort, fitting, sorts

RANGES = 4
"""Into so many parts prices are cut, as evenly as round figures allow."""
ENDLESS = 1 << 53
LETTERS = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "2xl", "xxxl", "3xl", "4xl", "5xl")


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


HEADINGS = ("category", "brands", "sizes", "colours", "prices", "places")
Among = Mapping[str, Sequence[Row]]
"""By heading, the products that fit everything chosen under the other headings."""


def facets(ask: Ask, stocked: Stocked, among: Among, choice: Choice, where: Whereabouts) -> Facets:
    counts = Counts(ask, stocked, choice, where)
    return Facets(
        categories=_most(_categories(among["category"])),
        brands=_most(Counter(row.brand for row in among["brands"])),
        sizes=_sized(counts.of("sizes", among["sizes"])),
        colours=_most(counts.of("colours", among["colours"])),
        prices=_ranges(counts.prices(among["prices"])),
        places=_places(counts.places(among["places"])),
    )


class Counts:
    """Of what variants have."""

    def __init__(self, ask: Ask, stocked: Stocked, choice: Choice, where: Whereabouts) -> None:
        self._ask, self._stocked, self._choice, self._where = ask, stocked, choice, where

    def of(self, heading: str, rows: Sequence[Row]) -> Counter[str]:
        """Products by size or colour."""
        if self._plain(heading):
            texts = [row.sizes if heading == "sizes" else row.colours for row in rows]
            return _counted(map(set, [text.split(FIELD) for text in texts]))
        kept = self._sorts(heading, rows)
        return _counted({sort.size if heading == "sizes" else sort.colour for sort in one} for one in kept)

    def prices(self, rows: Sequence[Row]) -> list[list[int]]:
        """Of each product."""
        if self._plain("prices") and not self._where.zone:
            return [list(map(int, set(row.prices.split(FIELD)))) for row in rows if row.prices]
        kept = self._sorts("prices", rows)
        return [[sort.price for sort in one] for one in kept if one]

    def places(self, rows: Sequence[Row]) -> Counter[Place]:
        if self._plain("places"):
            return self._stocked.counts(rows, self._where)
        kept = self._sorts("places", rows)
        return Counter(place for one in kept for place in {place for sort in one for place in sort.places})

    def _plain(self, heading: str) -> bool:
        return not self._choice.without(heading).of_variants

    def _sorts(self, heading: str, rows: Sequence[Row]) -> Iterator[list[Sort]]:
        return fitting(sorts(self._ask, rows, self._where), self._choice.without(heading))


def _counted(sets: Iterable[Iterable[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(sets))


def _categories(rows: Iterable[Row]) -> Counter[str]:
    return _counted(ancestors(row.category) for row in rows)


def _most(counted: Counter[str]) -> list[Value]:
    best = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Value(value, count) for value, count in best if value]


def _places(counted: Counter[Place]) -> list[Value]:
    return [Value(place, counted[place]) for place in PLACES if counted[place]]


def _sized(counted: Counter[str]) -> list[Value]:
    """As they hang on a rail: letters by size, numbers by value, then the rest."""
    return [Value(size, counted[size]) for size in sorted(filter(None, counted), key=_rail)]


def _rail(size: str) -> tuple[int, float, str]:
    if size.lower() in LETTERS:
        return 0, LETTERS.index(size.lower()), size
    try:
        return 1, float(size.split()[0].replace(",", ".")), size
    except (ValueError, IndexError):
        return 2, 0.0, size


def _ranges(priced: Sequence[Sequence[int]]) -> list[Value]:
    """Round bounds that part the cheapest prices about evenly. A product is counted in every range in which a variant
    of it lies."""
    lowest = sorted(map(min, priced))
    if not lowest or lowest[0] == lowest[-1]:
        return []
    cuts = _cuts(lowest)
    single = Counter([bisect_right(cuts, prices[0]) for prices in priced if len(prices) == 1])
    several = ({bisect_right(cuts, price) for price in prices} for prices in priced if len(prices) > 1)
    counted = single + Counter(chain.from_iterable(several))
    ends = [0, *cuts, ENDLESS]
    return [Value(f"{ends[at]}-{ends[at + 1] - 1}", counted[at]) for at in range(len(cuts) + 1) if counted[at]]


def _cuts(ordered: Sequence[int]) -> list[int]:
    return sorted({_rounded(ordered[len(ordered) * part // RANGES]) for part in range(1, RANGES)} - {0})


def _rounded(price: int) -> int:
    """To one figure, or to a half of the next: 1,234 to 1,000, 18,700 to 20,000, 15,200 to 15,000."""
    unit: int = 10 ** max(len(str(abs(price))) - 1, 0)
    return round(price * 2 / unit) * unit // 2
