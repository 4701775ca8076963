"""How far somebody would go for an article."""

from edge.catalogue import Catalogue
from edge.domain.article import WEB
from edge.domain.place import distance_km


def nearby(catalogue: Catalogue | None, store: str, km: float) -> frozenset[str]:
    """`store` and those within `km` of it."""
    home = catalogue.store(store) if catalogue else None
    others = catalogue.stores() if catalogue and home else []
    far = {other.id: distance_km(home, other) for other in others if home}
    return frozenset({store, *(other for other, distance in far.items() if distance is not None and distance <= km)})


def in_reach(catalogue: Catalogue, store: str, km: float) -> frozenset[str]:
    """As `nearby`, with the web shop, which sends everywhere."""
    return nearby(catalogue, store, km) | {WEB}


def is_there(catalogue: Catalogue, sku: str, stores: frozenset[str]) -> bool:
    """Whether one of `stores` has the article, and it is still offered."""
    if catalogue.by_sku(sku) is None:
        return False
    return any(count.quantity > 0 and count.store in stores for count in catalogue.stock(sku))
