"""The basket: lines in the order of how they come home."""

from dataclasses import dataclass
from typing import Any

from edge.domain.basket import Basket, Fulfilment, Line, ways
from edge.domain.coupon import less
from edge.domain.money import Money
from edge.shop import BasketScreen, Shop, Station
from kiosk.pages.card import liked, seen
from kiosk.pages.coupon import in_basket

WAYS: tuple[Fulfilment, ...] = ("take", "collect", "ship")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line with its picture and its name in the shopper's language."""

    line: Line
    name: str
    size: str
    colour: str
    picture: str
    ways: tuple[Fulfilment, ...]
    now: Money | None = None
    """What one costs by now, where that is another price than when it was put in."""

    @property
    def unit(self) -> Money:
        return Money(amount=self.line.item.price, currency=self.line.item.currency)


def page(shop: Shop, station: Station, screen: BasketScreen) -> dict[str, Any]:
    basket = shop.basket(station.id)
    code = in_basket(shop, basket.id, basket.lines) if basket.lines else None
    rows = [row(shop, line, shop.language(station.id)) for line in basket.lines]
    return {
        "key": "basket",
        "say": "",
        "groups": groups(shop, rows),
        "totals": less(basket.totals, code.off) if code else basket.totals,
        "coupon": code,
        "removed": removed(shop, screen, basket, shop.language(station.id)),
        "seen": [] if rows else seen(shop, station.id),
        "cards": [] if rows else liked(shop, shop.language(station.id)),
    }


def groups(shop: Shop, rows: list[Row]) -> list[tuple[Fulfilment, str, list[Row]]]:
    """By how they come home and, of what is collected, where: the name of the store."""
    found: dict[tuple[int, str], list[Row]] = {}
    for one in rows:
        found.setdefault((WAYS.index(one.line.fulfilment), one.line.store), []).append(one)
    return [(WAYS[way], place(shop, store), found[way, store]) for way, store in sorted(found)]


def place(shop: Shop, store: str) -> str:
    """The name of the store where a line is collected."""
    known = shop.catalogue.store(store) if store else shop.store
    return known.name if known else store


def row(shop: Shop, line: Line, speaks: str) -> Row:
    """An article that has left the catalogue keeps the name it was added with."""
    variant = shop.catalogue.by_sku(line.item.sku)
    if variant is None:
        return Row(line=line, name=line.item.name, size=line.item.variant, colour="", picture="", ways=())
    name = shop.catalogue.item(variant.sku, speaks).name
    return Row(
        line=line,
        name=name,
        size=variant.size,
        colour=variant.colour,
        picture=variant.picture,
        ways=ways(variant),
        now=variant.price if variant.price != Money(amount=line.item.price, currency=line.item.currency) else None,
    )


def removed(shop: Shop, screen: BasketScreen, basket: Basket, speaks: str) -> Row | None:
    """What was taken out last and can be put back; None where it is in the basket again, or no longer sold."""
    line = screen.removed
    if line is None or basket.line(line.item.sku) or shop.catalogue.by_sku(line.item.sku) is None:
        return None
    return row(shop, line, speaks)
