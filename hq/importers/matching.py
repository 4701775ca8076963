"""Which article a row means that only refers to it: by its SKU, its GTIN, or its product's id."""

from collections.abc import Iterable
from typing import Any

from edge.codes import gtin14
from edge.domain.article import Product, Variant
from hq.importers.desk import Desk, Gtins

SINGLY = 500
"""Names asked one by one; a file that asks for more has all of them looked up at once."""


class Known:
    """Whether HQ has a value of a kind under an id. What one file asks many times is remembered."""

    def __init__(self, desk: Desk, kind: type[Any]) -> None:
        self._articles, self._kind = desk.articles, kind
        self._asked: dict[str, bool] = {}
        self._all: set[str] | None = None

    def __contains__(self, id_: str) -> bool:
        if self._all is not None:
            return id_ in self._all
        if id_ not in self._asked:
            self._asked[id_] = self._articles.get(self._kind, id_) is not None
            if len(self._asked) > SINGLY:
                self._all = self._articles.ids(self._kind)
        return self._asked[id_]


class Matching:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.skus, self.products = Known(desk, Variant), Known(desk, Product)
        self._gtins: Gtins | None = None

    def sku(self, *named: str) -> str:
        """The SKU of the article that one of `named`, SKUs or GTINs, names; "" where none does."""
        names = [name for name in named if name]
        return next((name for name in names if name in self.skus), "") or self._by_gtin(names)

    def product(self, *named: str) -> str:
        """The id of the product that one of `named` (its id, or a SKU or GTIN of its variants) names; "" as above."""
        names = [name for name in named if name]
        if own := next((name for name in names if name in self.products), ""):
            return own
        variant = self._desk.articles.get(Variant, sku) if (sku := self.sku(*names)) else None
        return variant.product_id if variant else ""

    def _by_gtin(self, names: Iterable[str]) -> str:
        for name in names:
            if gtin := gtin14(name):
                self._gtins = self._gtins or Gtins(self._desk)
                if owner := self._gtins.owner(gtin):
                    return owner
        return ""
