"""From baskets to companions: pure counting, the same whatever order the baskets come in.

Two products are companions where they lie together in at least `support` baskets and more often than they would by
chance. How much more often is the lift: n(both) x n(all) / (n(one) x n(other)). Of few baskets a lift says little, so
the lists are ordered by the lift that is left when one standard deviation of what was counted (the square root, as of
any count of rare things) is taken off, and a companion whose rest is no better than chance is none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

WIDEST = 50
"""Products of a basket that still says what goes with what: who buys more stocks a shelf, and pairs are thousands."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    support: int = 5
    """Baskets that two products must share."""
    most: int = 8
    """Companions of one product."""


@dataclass(frozen=True, kw_only=True)
class Companion:
    product: str
    baskets: int
    """In which both lie."""
    lift: float
    """As counted, without the deduction that orders the list."""


class Tally:
    """Baskets, each the products in it; one of a single product counts too: it says how common that product is."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._baskets: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self._baskets)

    def add(self, products: Iterable[str]) -> None:
        numbers = {self._numbers.setdefault(product, len(self._numbers)) for product in products}
        if 0 < len(numbers) <= WIDEST:
            self._baskets.append(tuple(sorted(numbers)))

    def companions(self, rules: Rules) -> dict[str, list[Companion]]:
        """By product, best first; a product without any is not listed."""
        alone = Counter(number for basket in self._baskets for number in basket)
        names = list(self._numbers)
        found: dict[str, list[tuple[float, Companion]]] = {}
        for (one, other), both in self._pairs(alone, rules.support).items():
            by_chance = alone[one] * alone[other] / len(self._baskets)
            sure = (both - sqrt(both)) / by_chance
            if both >= rules.support and sure > 1:
                for of, beside in ((names[one], names[other]), (names[other], names[one])):
                    companion = Companion(product=beside, baskets=both, lift=both / by_chance)
                    found.setdefault(of, []).append((sure, companion))
        return {of: list(_best(found[of], rules.most)) for of in sorted(found)}

    def _pairs(self, alone: Counter[int], support: int) -> Counter[tuple[int, int]]:
        """Only of products that are common enough by themselves: no pair is more common than its rarer half."""
        pairs = Counter[tuple[int, int]]()
        for basket in self._baskets:
            pairs.update(combinations([number for number in basket if alone[number] >= support], 2))
        return pairs


def _best(rated: list[tuple[float, Companion]], most: int) -> Iterator[Companion]:
    """Equal ones in the order of their ids, so that the same baskets always make the same list."""
    ordered = sorted(rated, key=lambda pair: (-pair[0], -pair[1].baskets, pair[1].product))
    return (companion for _, companion in ordered[:most])
