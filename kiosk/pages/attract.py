"""The showcase of what is in this shop."""

from typing import Any

from flask_babel import force_locale, gettext

from edge.shop import Attract, Shop, Station
from kiosk.pages.card import cards

SLIDES = 6


def page(shop: Shop, station: Station, screen: Attract) -> dict[str, Any]:
    products = shop.catalogue.products(limit=SLIDES)
    return {
        "key": "attract",
        "say": "",
        "slides": cards(shop.catalogue, products, shop.language(station.id)),
        "invitations": {code: invitation(code) for code in shop.languages},
        "store": shop.store,
    }


def invitation(language: str) -> str:
    """The invitation in one language: touching it begins a visit in that language."""
    with force_locale(language):
        return str(gettext("Scan or touch to begin"))
