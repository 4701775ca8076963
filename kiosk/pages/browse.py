"""Everything there is, by category or by words, narrowed down by what was chosen."""

from typing import Any

from edge.catalogue import Category, Results
from edge.shop import Browse, Shop, Station
from kiosk.pages.card import Card, card, seen
from kiosk.pages.headings import fields, headings

PAGE = 24


def page(shop: Shop, station: Station, screen: Browse) -> dict[str, Any]:
    speaks = shop.language(station.id)
    results = shop.find(station.id, screen, limit=PAGE)
    categories = shop.catalogue.categories(speaks)
    return {
        "key": "browse",
        "say": "",
        "screen": screen,
        "categories": shelves(categories, screen.category),
        "cards": cards(shop, results, speaks),
        "results": results,
        "seen": [] if screen.query or screen.category else seen(shop, station.id),
        "headings": [
            one
            for one in headings(results.facets, screen, shop.currency, categories)
            if len(one.options) > 1 or one.chosen
        ],
        "suggestions": [(words, fields(Browse(query=words))) for words in results.suggestions],
        "leads": fields(screen),
        "all": fields(Browse(query=screen.query)),
        "step": PAGE,
    }


def shelves(categories: list[Category], chosen: str) -> list[Category]:
    """The first level, and below the chosen one what lies in it."""
    top = chosen.split(" > ")[0]
    inside = [category for category in categories if category.path.startswith(f"{top} > ")] if chosen else []
    first = [category for category in categories if " > " not in category.path]
    at = next((i for i, category in enumerate(first, 1) if category.path == top), 0)
    return [*first[:at], *inside, *first[at:]]


def listed(shop: Shop, station: Station, screen: Browse, offset: int) -> list[Card]:
    """The cards from `offset` on."""
    results = shop.find(station.id, screen, limit=PAGE, offset=offset)
    return cards(shop, results, shop.language(station.id))


def cards(shop: Shop, results: Results, language: str) -> list[Card]:
    """Each product once, standing for the variant that fits best what was typed."""
    found = ((shop.catalogue.product(hit.id), shop.catalogue.by_sku(hit.sku)) for hit in results.hits)
    return [card(product, variant, language) for product, variant in found if product and variant]
