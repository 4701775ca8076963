"""One sellable article with everything a shopper asks: what it costs now, and where it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.catalogue import Catalogue
from edge.domain.article import WEB, Product, Stock, Store, Variant
from edge.domain.money import Money
from edge.domain.place import by_nearness


@dataclass(frozen=True, kw_only=True)
class Place:
    """How many one store has, counted at `as_of` (milliseconds since 1970)."""

    store: Store
    quantity: int
    as_of: int


@dataclass(frozen=True, kw_only=True)
class LiveArticle:
    variant: Variant
    product: Product
    name: str
    """The product's title in the reader's language."""
    places: tuple[Place, ...]
    """Stores that count it, the nearest to the shopper's own first; a store without a count is not listed."""
    web: int | None
    """Pieces in the web shop; None where nobody counts."""

    @property
    def sku(self) -> str:
        return self.variant.sku

    @property
    def price(self) -> Money:
        return self.variant.price

    @property
    def was(self) -> Money | None:
        """The price before a reduction; a "was" that is no higher is none."""
        was = self.variant.was
        return was if was and was.currency == self.price.currency and was.amount > self.price.amount else None

    @property
    def traits(self) -> tuple[str, ...]:
        """What tells it from its sisters, in the catalogue's first language: ("42", "Moss")."""
        return tuple(part for part in (self.variant.size, self.variant.colour) if part)

    @property
    def link(self) -> str:
        """The article's page in the web shop, "" without one. A feed's word is not trusted to be a web address."""
        return self.variant.link if self.variant.link.startswith(("https://", "http://")) else ""

    @property
    def counted(self) -> int | None:
        """When the oldest of the counts shown was made."""
        return min((place.as_of for place in self.places), default=None)

    def at(self, store: str) -> Place | None:
        return next((place for place in self.places if place.store.id == store), None)

    @property
    def available(self) -> bool:
        """Whether it can be had anywhere at all, as far as anybody counts."""
        return bool(self.web) or any(place.quantity > 0 for place in self.places)


def by_sku(catalogue: Catalogue, sku: str, language: str, near: str = "") -> LiveArticle | None:
    """None for an article that is no longer offered. `near` is the shopper's own store: it comes first, and its
    prices hold."""
    catalogue = catalogue.at(near)
    variant = catalogue.by_sku(sku)
    return _live(catalogue, variant, language, near) if variant else None


def by_gtin(catalogue: Catalogue, gtin: str, language: str, near: str = "") -> LiveArticle | None:
    catalogue = catalogue.at(near)
    variant = catalogue.by_gtin(gtin)
    return _live(catalogue, variant, language, near) if variant else None


def sisters(catalogue: Catalogue, product: str, language: str) -> list[LiveArticle]:
    """Every article of one product, in its own order."""
    live = (_live(catalogue, variant, language, "") for variant in catalogue.variants(product))
    return [article for article in live if article]


def best_of(catalogue: Catalogue, product: str, language: str, near: str = "") -> LiveArticle | None:
    """The article that stands for a product: one that the shopper's store has, else one that anybody has."""
    catalogue = catalogue.at(near)
    articles = [_live(catalogue, variant, language, near) for variant in catalogue.variants(product)]
    there = [article for article in articles if article and article.available]
    here = [article for article in there if (place := article.at(near)) and place.quantity > 0]
    return next(iter(here or there), None)


def companions(catalogue: Catalogue, products: Sequence[str]) -> list[str]:
    """What goes with these products, none of them themselves: the first companion of every one before the second of
    any, so that each gets its say. Ids of products."""
    related = [[product.id for product in catalogue.related(product)] for product in products]
    deepest = max(map(len, related), default=0)
    ranked = [ids[rank] for rank in range(deepest) for ids in related if rank < len(ids)]
    return [product for product in dict.fromkeys(ranked) if product not in products]


def title(product: Product, language: str) -> str:
    return _spoken(product.title, language) or product.id


def story(product: Product, language: str) -> list[str]:
    """The paragraphs of its story in `language`, or in the first language that has one."""
    return [part.strip() for part in _spoken(product.story, language).split("\n\n") if part.strip()]


def _spoken(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _live(catalogue: Catalogue, variant: Variant, language: str, near: str) -> LiveArticle | None:
    product = catalogue.product(variant.product_id)
    if product is None:
        return None
    counts = {stock.store: stock for stock in catalogue.stock(variant.sku)}
    web = counts.get(WEB)
    return LiveArticle(
        variant=variant,
        product=product,
        name=title(product, language),
        places=tuple(_places(catalogue.stores(), counts, near)),
        web=max(0, web.quantity) if web else None,  # tills may have sold more than was counted
    )


def _places(stores: Iterable[Store], counts: dict[str, Stock], near: str) -> Iterable[Place]:
    for store in by_nearness(stores, near):
        if stock := counts.get(store.id):
            yield Place(store=store, quantity=stock.quantity, as_of=stock.as_of)
