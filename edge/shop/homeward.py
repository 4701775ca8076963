"""Where an article is collected: at this store, or at the nearest other one that has it."""

from collections.abc import Callable

from edge.catalogue import Shelf
from edge.domain.article import WEB, Stock
from edge.domain.place import by_nearness
from edge.shop.errors import NoSuchStoreError


class Homeward:
    """`store` is this one's id; `stock` tells every count of an article."""

    def __init__(self, store: str, shelf: Shelf, stock: Callable[[str], list[Stock]]) -> None:
        self._store, self._shelf, self._stock = store, shelf, stock

    def collected_at(self, sku: str, asked: str | None = None) -> str:
        """The other store, "" for this one. None `asked`: here where it is here, or nowhere. Raises
        NoSuchStoreError."""
        catalogue = self._shelf.current()
        if asked is not None and asked not in ("", self._store):
            if asked == WEB or catalogue.store(asked) is None:
                raise NoSuchStoreError(f"there is no store {asked!r} where anything is collected")
            return asked
        has = {count.store for count in self._stock(sku) if count.quantity > 0}
        if asked is not None or self._store in has:
            return ""
        near = by_nearness(catalogue.stores(), self._store)
        return next((other.id for other in near if other.id in has), "")
