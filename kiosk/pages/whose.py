"""A card was held up while somebody's basket was open: whose is it? What is in it is not said."""

from typing import Any

from edge.shop import Shop, Station, Whose


def page(shop: Shop, station: Station, screen: Whose) -> dict[str, Any]:
    return {"key": "whose", "say": ""}
