"""A product as a card: its picture, name and price."""

from dataclasses import dataclass

from edge.catalogue import Catalogue
from edge.domain.article import Product, Variant
from edge.domain.money import Money
from edge.shop import Shop

LIKED = 4
LONGEST = 160
"""Letters of a name on a card; browsers take a minute to hyphenate ten thousand."""


@dataclass(frozen=True, kw_only=True)
class Card:
    sku: str
    title: str
    brand: str
    picture: str
    price: Money
    was: Money | None
    web_only: bool


def text(texts: dict[str, str], language: str) -> str:
    """The text in `language`, else in the first language there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def card(product: Product, variant: Variant, language: str) -> Card:
    return Card(
        sku=variant.sku,
        title=shortened(text(product.title, language)),
        brand=shortened(product.brand),
        picture=variant.picture,
        price=variant.price,
        was=variant.was,
        web_only=variant.web_only,
    )


def seen(shop: Shop, station: str) -> list[Card]:
    """What was looked at on the visit at `station`, the newest first."""
    visit, language = shop.visit(station), shop.language(station)
    variants = (shop.catalogue.by_sku(one.sku) for one in (visit.looked if visit else ()))
    both = ((shop.catalogue.product(variant.product_id), variant) for variant in variants if variant)
    return [card(product, variant, language) for product, variant in both if product]


def liked(shop: Shop, language: str) -> list[Card]:
    """What most people like here: a way on where a screen would be empty."""
    return cards(shop.catalogue, shop.catalogue.products(limit=LIKED), language)


def cards(catalogue: Catalogue, products: list[Product], language: str) -> list[Card]:
    """One card a product, standing for its first variant; a product without variants has none."""
    firsts = ((product, next(iter(catalogue.variants(product.id)), None)) for product in products)
    return [card(product, first, language) for product, first in firsts if first]
