"""Everything there is, by category or by words."""

from typing import Any

from edge.catalogue import Category
from edge.shop import Browse, Shop, Station
from kiosk.pages.card import Card, cards

PAGE = 24


def page(shop: Shop, station: Station, screen: Browse) -> dict[str, Any]:
    speaks = shop.language(station.id)
    return {
        "key": "browse",
        "say": "",
        "screen": screen,
        "categories": shelves(shop.catalogue.categories(speaks), screen.category),
        "cards": found(shop, station, screen.query) if screen.query else listed(shop, station, screen.category, 0),
        "step": PAGE,
    }


def shelves(categories: list[Category], chosen: str) -> list[Category]:
    """The first level, and below the chosen one what lies in it."""
    top = chosen.split(" > ")[0]
    inside = [category for category in categories if category.path.startswith(f"{top} > ")] if chosen else []
    first = [category for category in categories if " > " not in category.path]
    at = next((i for i, category in enumerate(first, 1) if category.path == top), 0)
    return [*first[:at], *inside, *first[at:]]


def listed(shop: Shop, station: Station, category: str, offset: int) -> list[Card]:
    products = shop.catalogue.products(category=category or None, limit=PAGE, offset=offset)
    return cards(shop.catalogue, products, shop.language(station.id))


def found(shop: Shop, station: Station, words: str) -> list[Card]:
    """What the words find, best first, each product once."""
    hits = shop.find(station.id, words, limit=PAGE)
    products = (shop.catalogue.product(product) for product in dict.fromkeys(hit.id for hit in hits))
    return cards(shop.catalogue, [product for product in products if product], shop.language(station.id))
