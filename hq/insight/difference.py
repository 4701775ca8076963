"""What the difference of two shares is worth: its interval, and how many more people it takes to be sure. Pure.

The interval is Newcombe's hybrid score (Statistics in Medicine 17, 1998, method 10), which keeps what it promises with
few people and shares near nothing; the number is that of Fleiss for unequal groups (Statistical Methods for Rates and
Proportions, 1981, ch. 3), without correction for continuity.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

SURE, POWER = 0.95, 0.80
"""The interval holds the truth so often; so often a difference of this size would be found."""
_Z = NormalDist().inv_cdf(0.5 + SURE / 2)
_Z_POWER = NormalDist().inv_cdf(POWER)


@dataclass(frozen=True, kw_only=True)
class Share:
    """`part` of `whole` people."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval; all there is where nobody was asked."""
        if not self.whole:
            return 0.0, 1.0
        n, p, z = self.whole, self.value, _Z
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`with_it` minus `without`, as shares: 0.02 is two in a hundred more."""

    with_it: Share
    without: Share

    @property
    def value(self) -> float:
        return self.with_it.value - self.without.value

    @property
    def interval(self) -> tuple[float, float]:
        p1, (low1, high1) = self.with_it.value, self.with_it.interval
        p2, (low2, high2) = self.without.value, self.without.interval
        below, above = sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2), sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
        return self.value - below, self.value + above

    @property
    def certain(self) -> bool:
        low, high = self.interval
        return low > 0 or high < 0

    @property
    def still_needed(self) -> int | None:
        """People without it who are still to come until a difference as large as this one would be found, with as many
        of the others to each of them as now. None where nothing can be said: a group is empty, or there is none."""
        if not (self.with_it.whole and self.without.whole and self.value):
            return None
        each = self.with_it.whole / self.without.whole
        p1, p2 = self.with_it.value, self.without.value
        mean = (each * p1 + p2) / (each + 1)
        chance = _Z * sqrt((1 + 1 / each) * mean * (1 - mean))
        found = _Z_POWER * sqrt(p1 * (1 - p1) / each + p2 * (1 - p2))
        return max(0, ceil(((chance + found) / self.value) ** 2) - self.without.whole)
