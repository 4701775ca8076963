"""The basket: what a shopper collects, folded from events."""

from dataclasses import dataclass, replace
from typing import Literal

from edge.domain.article import Item, Variant
from edge.domain.money import Money, totals

Fulfilment = Literal["take", "collect", "ship"]
MOST_OF_ONE = 99
MOST_LINES = 200


def ways(variant: Variant) -> tuple[Fulfilment, ...]:
    """How a variant can be had at all. A count of 0 forbids nothing: the shopper may hold the last one."""
    return ("ship",) if variant.web_only else ("take", "collect", "ship")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One variant, a quantity, how it is fulfilled; the unit price is the one at the time of adding."""

    item: Item
    quantity: int
    fulfilment: Fulfilment
    store: str = ""
    """Where it is collected, if not at the store that tells of it."""

    @property
    def total(self) -> Money:
        return Money(amount=self.item.price * self.quantity, currency=self.item.currency)


@dataclass(frozen=True, kw_only=True)
class Basket:
    id: str
    lines: tuple[Line, ...] = ()

    @property
    def count(self) -> int:
        """Articles, not lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def totals(self) -> tuple[Money, ...]:
        return totals([line.total for line in self.lines])

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.item.sku == sku), None)

    def with_line(self, changed: Line) -> "Basket":
        """This basket with the line of `changed.item.sku` put in place of the old one, or appended."""
        if self.line(changed.item.sku) is None:
            return replace(self, lines=(*self.lines, changed))
        kept = (changed if line.item.sku == changed.item.sku else line for line in self.lines)
        return replace(self, lines=tuple(kept))

    def without(self, sku: str) -> "Basket":
        return replace(self, lines=tuple(line for line in self.lines if line.item.sku != sku))
