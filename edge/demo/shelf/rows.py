"""How the shelf groups articles for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.demo.articles import Article


@dataclass(frozen=True)
class Row:
    """A product on the shelf and its articles. Colours in their order, with swatch and picture."""

    articles: tuple[Article, ...]

    @property
    def first(self) -> Article:
        return self.articles[0]

    @property
    def colours(self) -> tuple[Article, ...]:
        """The first article of each colour."""
        return tuple({article.colour: article for article in reversed(self.articles)}.values())[::-1]


@dataclass(frozen=True)
class Bay:
    """One top category of the shelf."""

    name: str
    rows: tuple[Row, ...]


def bays(articles: Iterable[Article]) -> list[Bay]:
    """What stands in the shop, by top category and product: nothing that only the web sells or that has no barcode."""
    products: dict[str, list[Article]] = {}
    for article in articles:
        if article.gtin and not article.web_only:
            products.setdefault(article.product, []).append(article)
    rows: dict[str, list[Row]] = {}
    for found in products.values():
        rows.setdefault(found[0].category.split(" > ")[0], []).append(Row(tuple(found)))
    return [Bay(name, tuple(found)) for name, found in rows.items()]
