"""The basket is on its way, or will be."""

from typing import Any

from edge.shop import Sent, Shop, Station


def page(shop: Shop, station: Station, screen: Sent) -> dict[str, Any]:
    return {"key": "sent", "say": "", "online": screen.online}
