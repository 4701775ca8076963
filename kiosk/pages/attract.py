"""The showcase of what is in this shop, and the invitation in every language."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import force_locale, gettext

from edge.domain.article import Product, Variant
from edge.shop import Attract, Browse, Shop, Station
from kiosk.pages.card import card

SLIDES = 6
LOOKED_AT = 40
"""Of so many of the best known articles those that are here are shown, before all articles here are looked through."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What one language says: three ways in, and all of them in a line."""

    scan: str
    tap: str
    touch: str
    call: str


def page(shop: Shop, station: Station, screen: Attract) -> dict[str, Any]:
    language = shop.language(station.id)
    first = [language, *(code for code in shop.languages if code != language)]
    return {
        "key": "attract",
        "say": "",
        "slides": [card(product, variant, language) for product, variant in islice(_here(shop, station), SLIDES)],
        "invitations": {code: invitation(code) for code in first},
        "store": shop.store,
    }


def _here(shop: Shop, station: Station) -> Iterator[tuple[Product, Variant]]:
    """Articles that are in this shop and have a picture, the best known first; each with a variant that is here."""
    shown = set()
    for product in shop.catalogue.products(limit=LOOKED_AT):
        if variant := _in_stock(shop, product):
            shown.add(product.id)
            yield product, variant
    for hit in shop.find(station.id, Browse(places=("here",)), limit=LOOKED_AT).hits:
        known = shop.catalogue.product(hit.id)
        if known and known.id not in shown and (variant := _in_stock(shop, known)):
            yield known, variant


def _in_stock(shop: Shop, product: Product) -> Variant | None:
    here = {s.sku for s in shop.stock_of_product(product.id) if s.store == shop.settings.store_id and s.quantity > 0}
    variants = shop.catalogue.variants(product.id) if here else ()
    return next((variant for variant in variants if variant.sku in here and variant.picture), None)


def invitation(language: str) -> Invitation:
    """Touching it begins a visit in that language."""
    with force_locale(language):
        return Invitation(
            scan=gettext("Scan an article."),
            tap=gettext("Tap a tag."),
            touch=gettext("Or just touch."),
            call=gettext("Scan or touch to begin"),
        )
