"""Where shall we write to when it is back? One article, one address, one purpose."""

from typing import Any

from edge.shop import Shop, Station, TellMe
from kiosk import consents
from kiosk.pages.send import domains


def page(shop: Shop, station: Station, screen: TellMe) -> dict[str, Any]:
    speaks = shop.language(station.id)
    variant = shop.catalogue.by_sku(screen.sku)
    return {
        "key": "tell-me",
        "say": "",
        "variant": variant,
        "title": shop.catalogue.item(screen.sku, speaks).name if variant else "",
        "words": consents.words("back-in-stock"),
        "version": consents.VERSION,
        **domains(speaks),
    }
