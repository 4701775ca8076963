"""What this store's staff reserved in others, and how it stands there."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.domain import pickup
from edge.domain.article import WEB
from edge.domain.reservation import OPEN, Reservation, State
from edge.shop import Shop


@dataclass(frozen=True, kw_only=True)
class Held:
    """`place` is the other store's name; `can_go`: it can still be taken back."""

    id: str
    name: str
    size: str
    colour: str
    place: str
    code: str
    until: int
    state: State
    quantity: int
    can_go: bool


def held(shop: Shop, reservations: Iterable[Reservation]) -> list[Held]:
    return [_held(shop, one) for one in reservations]


def _held(shop: Shop, one: Reservation) -> Held:
    """An article that has left the catalogue keeps the words it was reserved with."""
    variant = shop.catalogue.by_sku(one.item.sku)
    return Held(
        id=one.id,
        name=one.item.name,
        size=variant.size if variant else one.item.variant,
        colour=variant.colour if variant else "",
        place=place(shop, one.store),
        code=pickup.spelled(pickup.code(one.id)),
        until=one.until,
        state=one.state,
        quantity=one.quantity,
        can_go=one.state in OPEN,
    )


def place(shop: Shop, store: str) -> str:
    """The store's name; "" for the web shop."""
    known = None if store == WEB else shop.catalogue.store(store)
    return known.name if known else "" if store == WEB else store
