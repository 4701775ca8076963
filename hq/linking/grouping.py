"""Identities, what links them and what was decided about them -> who is one person.

Pure, and a matter of the set alone: nothing depends on what came first.

    1. Identities of one profile are one person's.
    2. What somebody decided to be one person is one; what they told apart is not, by no detour.
    3. Identities that were named together are one person's, except by one that
         is shared: named with more others of one kind than one person has (a till's own card, a counter's address);
         is torn: named with two that were told apart. Nobody can tell whose it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FEWEST = 5
MOST = {"mail": 20, "phone": 20}
"""Others of one kind that an identity may have been named with, FEWEST where it is not said: lists of customers have an
address time and again, a card that six addresses show is nobody's own."""
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Identities:
    """All by digest. Links and rulings name each pair both ways; only identities of `kinds` count."""

    kinds: Mapping[str, str]
    profiles: Mapping[str, str] = field(default_factory=dict)
    """Of those that lead to one."""
    links: Iterable[Pair] = ()
    rulings: Mapping[Pair, bool] = field(default_factory=dict)
    """Whether a pair was decided to be one person."""
    shared: frozenset[str] = frozenset()


def shared(links: Iterable[Pair], kinds: Mapping[str, str]) -> frozenset[str]:
    """Those of `links` that were named with too many others to tell whose they are."""
    named = Counter((one, kinds[other]) for one, other in set(links) if one in kinds and other in kinds)
    return frozenset(one for (one, _), count in named.items() if is_too_many(kinds[one], count))


def is_too_many(kind: str, count: int) -> bool:
    return count > MOST.get(kind, FEWEST)


def groups(given: Identities) -> list[frozenset[str]]:
    """Every identity in exactly one."""
    joined = _Joined(given.kinds, {pair for pair, together in given.rulings.items() if not together})
    founder: dict[str, str] = {}
    for one in sorted(given.profiles):
        joined.join(founder.setdefault(given.profiles[one], one), one)
    for one, other in sorted(pair for pair, together in given.rulings.items() if together):
        joined.join(one, other)
    useless = given.shared | _torn(given)
    for one, other in sorted(given.links):
        if one not in useless and other not in useless:
            joined.join(one, other)
    return joined.groups()


def _torn(given: Identities) -> frozenset[str]:
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in given.links:
        beside[one].add(other)
    apart = [pair for pair, together in given.rulings.items() if not together]
    return frozenset(one for one, those in beside.items() if any(a in those and b in those for a, b in apart))


class _Joined:
    """Sets that grow together, unless two in them are to stay apart."""

    def __init__(self, identities: Iterable[str], apart: set[Pair]) -> None:
        self._set = {one: {one} for one in identities}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)

    def join(self, one: str, other: str) -> None:
        first, second = self._set.get(one), self._set.get(other)
        if first is None or second is None or first is second:
            return
        if any(self._apart.get(each, set()) & second for each in first):
            return
        first |= second
        for each in second:
            self._set[each] = first

    def groups(self) -> list[frozenset[str]]:
        return list({id(those): frozenset(those) for those in self._set.values()}.values())
