"""The article that an order means: tills name it by its GTIN, or write its SKU in letters of another case."""

from collections import defaultdict
from typing import Protocol

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from edge.codes import gtin14
from edge.domain.article import Variant
from hq.importers.articles import Articles


class Meant(Protocol):
    def meant(self, text: str) -> str:
        """The SKU as the catalogue writes it; `text` itself where no article, or more than one, may be meant."""


class AskedSkus:
    """Of the published catalogue, asked one by one: for a single order."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def meant(self, text: str) -> str:
        if self._catalogue.by_sku(text):
            return text
        gtin = gtin14(text)
        found = self._catalogue.by_gtin(gtin) if gtin else None
        return found.sku if found else text


class Skus:
    """All of the catalogue's SKUs, as they are when this is made."""

    def __init__(self, connection: Connection) -> None:
        articles = Articles(connection)
        self._known = articles.ids(Variant)
        self._by_gtin = dict(articles.gtins())
        self._by_letters: dict[str, list[str]] = defaultdict(list)
        for sku in self._known:
            self._by_letters[sku.casefold()].append(sku)

    def meant(self, text: str) -> str:
        """The SKU as the catalogue writes it; `text` itself where no article, or more than one, may be meant."""
        if text in self._known:
            return text
        if (gtin := gtin14(text)) and gtin in self._by_gtin:
            return self._by_gtin[gtin]
        alike = self._by_letters.get(text.casefold(), [])
        return alike[0] if len(alike) == 1 else text
