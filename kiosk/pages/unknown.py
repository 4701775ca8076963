"""A code that leads to no article: said kindly, with a way on."""

from typing import Any

from edge.shop import Shop, Station, Unknown
from kiosk.pages.card import cards

INSTEAD = 4


def page(shop: Shop, station: Station, screen: Unknown) -> dict[str, Any]:
    popular = shop.catalogue.products(limit=INSTEAD)
    return {
        "key": "unknown",
        "say": "",
        "code": screen.code,
        "reason": screen.reason,
        "cards": cards(shop.catalogue, popular, shop.language(station.id)),
    }
