"""Where a variant can be had, nearest first, and how old each figure is."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.domain.article import FEW, WEB, Stock, Store
from edge.domain.basket import Fulfilment, Line
from edge.domain.place import distance_km

NEARBY = 5
"""Stores that a screen has room for."""


@dataclass(frozen=True, kw_only=True)
class Place:
    store: Store
    quantity: int
    as_of: int
    distance_km: float | None = None

    @property
    def level(self) -> str:
        return "gone" if self.quantity <= 0 else "few" if self.quantity <= FEW else "here"


@dataclass(frozen=True, kw_only=True)
class Availability:
    """`here` and `web` are None where nobody counted."""

    here: Place | None
    nearby: tuple[Place, ...]
    web: Place | None

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place that counts."""
        return tuple(place for place in (self.here, *self.nearby, self.web) if place)

    @property
    def collect(self) -> tuple[Place, ...]:
        """Where it can be collected, and the stores nearby that are sold out."""
        return ((self.here,) if self.here and _some(self.here) else ()) + self.nearby

    def usual(self, line: Line | None, home: str) -> str:
        """The choice that is made beforehand, as a form says it: that of the `line` in the basket where it can be had
        so, else the quickest."""
        way = line.fulfilment if line and line.fulfilment in self.ways else next(iter(self.ways), "")
        if way != "collect":
            return way
        at = [place.store.id for place in self.collect if _some(place)]
        stays = (line.store or home) if line and line.fulfilment == "collect" else ""
        return f"collect:{stays if stays in at else at[0]}"

    @property
    def ways(self) -> tuple[Fulfilment, ...]:
        """How it can be had, the quickest first. What nobody ever counted may be there: the web shop, which sees the
        order, is left to tell."""
        if not self.places:
            return ("ship",)
        can: list[Fulfilment] = []
        if _some(self.here):
            can.append("take")
        if _some(self.here) or any(_some(place) for place in self.nearby):
            can.append("collect")
        if _some(self.web):
            can.append("ship")
        return tuple(can)

    @property
    def level(self) -> str:
        """`here`, `few`, `elsewhere`, `gone` or `uncounted`, as a size's button shows it."""
        if not self.places:
            return "uncounted"
        if self.here and _some(self.here):
            return self.here.level
        return "elsewhere" if self.ways else "gone"


NOBODY_COUNTED = Availability(here=None, nearby=(), web=None)


def availability(stock: Iterable[Stock], here: Store, stores: Iterable[Store]) -> Availability:
    counts = {count.store: count for count in stock}
    others = [_place(store, counts[store.id], here) for store in stores if store.id in counts and store.id != here.id]
    return Availability(
        here=_place(here, counts[here.id], here) if here.id in counts else None,
        nearby=_nearby(others),
        web=_place(Store(id=WEB, name=""), counts[WEB], here) if WEB in counts else None,
    )


def _nearby(places: list[Place]) -> tuple[Place, ...]:
    """The nearest that have it; where those are few, also the nearest that have not. All by distance."""
    ordered = sorted(places, key=_nearest)
    chosen = sorted(ordered, key=lambda place: place.quantity <= 0)[:NEARBY]  # sorting keeps the order among equals
    return tuple(sorted(chosen, key=_nearest))


def _place(store: Store, count: Stock, here: Store) -> Place:
    return Place(store=store, quantity=count.quantity, as_of=count.as_of, distance_km=distance_km(here, store))


def _nearest(place: Place) -> tuple[float, str]:
    return (place.distance_km if place.distance_km is not None else float("inf"), place.store.id)


def _some(place: Place | None) -> bool:
    return place is not None and place.quantity > 0
