"""How far stores are from one another."""

from collections.abc import Iterable
from math import asin, cos, inf, radians, sin, sqrt

from edge.domain.article import Store

EARTH_KM = 6371.0088
"""The mean radius, of a sphere; the true shape makes half a per cent."""


def distance_km(one: Store, other: Store) -> float | None:
    """Along the great circle (haversine); None where a store does not say where it is."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    south, north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def by_nearness(stores: Iterable[Store], near: str) -> list[Store]:
    """The store `near` first, then the others by distance from it, those of unknown place last."""
    known = list(stores)
    home = next((store for store in known if store.id == near), None)

    def rank(store: Store) -> tuple[bool, float, str]:
        far = distance_km(home, store) if home else None
        return store.id != near, inf if far is None else far, store.id

    return sorted(known, key=rank)
