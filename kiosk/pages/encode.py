"""Tags for an article: what is to be laid on the reader, and how the last one went."""

from typing import Any

from edge.shop import Encode, Shop, Station
from edge.shop.tagging import DOWN
from kiosk.pages.card import text

WORDS = frozenset({"tags-many", "tag-locked", "tag-unlockable", "tag-small", "tag-torn", "tag-given-out", DOWN})
"""Reasons that have words of their own; of the others the tag is simply not one for links."""


def page(shop: Shop, station: Station, screen: Encode) -> dict[str, Any]:
    variant = shop.catalogue.by_sku(screen.sku)
    product = shop.catalogue.product(variant.product_id) if variant else None
    run = shop.tagging.run(station.id)
    return {
        "key": f"encode:{screen.sku}",
        "say": "",
        "variant": variant,
        "title": text(product.title, shop.language(station.id)) if product else screen.sku,
        "brand": product.brand if product else "",
        "lock": screen.lock,
        "can_write": bool(shop.outside.writers(station.id)),
        "run": run if run and run.sku == screen.sku else None,
        "words": WORDS,
    }
