"""A badge was held up: its bearer types the PIN, or hears why the badge opens nothing."""

from typing import Any

from edge.shop import Screen, Shop, Station

DIGITS = "123456789"


def page(shop: Shop, station: Station, screen: Screen) -> dict[str, Any]:
    bearer = shop.staff.bearer(station.id)
    return {
        "name": "pin",
        "key": f"pin:{bearer.id if bearer else ''}",
        "say": "",
        "sku": "",
        "bearer": bearer.name if bearer else "",
        "refused": shop.staff.refused(station.id),
        "digits": DIGITS,
    }
