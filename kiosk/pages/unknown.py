"""A code that leads to no article: said kindly, with a way on."""

from typing import Any

from edge.shop import Shop, Station, Unknown
from kiosk.pages.card import liked


def page(shop: Shop, station: Station, screen: Unknown) -> dict[str, Any]:
    return {
        "key": "unknown",
        "say": "",
        "code": screen.code,
        "reason": screen.reason,
        "cards": liked(shop, shop.language(station.id)),
    }
