"""Where a visit may go on: a code for another screen's scanner, and the other screens to choose from."""

from typing import Any

from edge.shop import HandOver, Shop, Station
from kiosk.pages.code import qr


def page(shop: Shop, station: Station, screen: HandOver) -> dict[str, Any]:
    good = shop.handing.good(screen)
    return {
        "key": "hand-over",
        "say": "",
        "code": qr(screen.code) if good else "",
        "places": shop.handing.places(station.id),
    }
