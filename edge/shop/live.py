"""Stock as HQ counts it this moment. Screens are painted from the box's own catalogue first; this comes after."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from edge.domain.article import Stock
from edge.shop.errands import Errands

FRESH = 15.0
"""Seconds until an answer, or the lack of one, is asked for again when the article is shown."""
PRODUCTS = 200
"""Products whose last answer is remembered."""
MOST = 40
"""Articles of one question (docs/protocol.md)."""
Ask = Callable[[str, dict[str, Any]], dict[str, Any] | None]
Skus = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LiveStock:
    """`counts` is what HQ said last, () before its first answer. `unreached`: it does not answer just now."""

    counts: tuple[Stock, ...] = ()
    unreached: bool = False

    def over(self, known: Iterable[Stock]) -> list[Stock]:
        """`known` counts with HQ's in place of those that are no younger."""
        newest = {(count.sku, count.store): count for count in known}
        for count in self.counts:
            held = newest.get((count.sku, count.store))
            if held is None or count.as_of >= held.as_of:
                newest[count.sku, count.store] = count
        return list(newest.values())


@dataclass
class _Said:
    at: float
    stock: LiveStock = field(default_factory=LiveStock)


class Live:
    """Thread-safe. `now` is a monotonic clock in seconds."""

    def __init__(
        self,
        ask: Ask,
        line_up: Callable[[], bool],
        repaint: Callable[[str], None],
        errands: Errands,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`repaint(station)` is called on another thread when there is more to show than before."""
        self._ask, self._line_up, self._repaint, self._errands, self._now = ask, line_up, repaint, errands, now
        self._said: OrderedDict[Skus, _Said] = OrderedDict()

    def stock(self, station: str, skus: Iterable[str]) -> LiveStock:
        """What is known of these this moment, at once; what is not is asked, and the station painted again."""
        wanted = tuple(sorted(set(skus)))[:MOST]
        said = self._said.get(wanted)
        held = said.stock if said else LiveStock()
        if not self._line_up():
            return LiveStock(counts=held.counts, unreached=True)
        if not self._is_fresh(said):
            self._errands.run(f"stock-{station}", lambda: self._look(station, wanted))
        return held

    def _is_fresh(self, said: _Said | None) -> bool:
        return said is not None and self._now() - said.at < FRESH

    def _look(self, station: str, skus: Skus) -> None:
        if self._is_fresh(self._said.get(skus)):
            return  # the screen was painted again while the answer was on its way
        told = counts_of(self._ask("stock", {"skus": list(skus)}))
        before = said.stock if (said := self._said.get(skus)) else LiveStock()
        after = LiveStock(counts=before.counts, unreached=True) if told is None else LiveStock(counts=told)
        self._said[skus] = _Said(self._now(), after)
        while len(self._said) > PRODUCTS:
            self._said.popitem(last=False)
        if after != before:
            self._repaint(station)


class _Told(msgspec.Struct, frozen=True):
    stock: tuple[Stock, ...]


def counts_of(told: dict[str, Any] | None) -> tuple[Stock, ...] | None:
    """The counts of an answer; None where there is none, or none that can be understood."""
    try:
        return None if told is None else msgspec.convert(told, _Told).stock
    except msgspec.ValidationError:
        return None
