"""A list that staff makes by scanning: what was counted, with what it makes of the stock, or what gets a label."""

from dataclasses import dataclass
from typing import Any

from edge.domain.article import Variant
from edge.domain.counting import MOST_PIECES, REASONS, after
from edge.shop import Shop, Station, Tally
from kiosk.pages.card import text
from kiosk.sheets import MOST, SHEETS


@dataclass(frozen=True, kw_only=True)
class Row:
    """`variant` is None where the article left the catalogue meanwhile; `known` where nobody counted."""

    sku: str
    pieces: int
    variant: Variant | None
    title: str
    brand: str
    known: int | None
    then: int


def page(shop: Shop, station: Station, screen: Tally) -> dict[str, Any]:
    rows = [row(shop, station, screen, sku, pieces) for sku, pieces in entries(shop, station, screen)]
    return {
        "key": f"tally:{screen.purpose}",
        "say": f"{rows[0].title}: {rows[0].pieces}" if rows else "",
        "purpose": screen.purpose,
        "reason": screen.reason,
        "reasons": REASONS,
        "rows": rows,
        "pieces": sum(one.pieces for one in rows),
        "most": MOST_PIECES,
        "sheets": SHEETS,
        "most_labels": MOST,
    }


def entries(shop: Shop, station: Station, screen: Tally) -> list[tuple[str, int]]:
    return [(entry.sku, entry.pieces) for entry in shop.tallying.entries(station.id, screen.purpose)]


def row(shop: Shop, station: Station, screen: Tally, sku: str, pieces: int) -> Row:
    variant = shop.catalogue.by_sku(sku)
    product = shop.catalogue.product(variant.product_id) if variant else None
    known = shop.stocktaking.known(sku)
    return Row(
        sku=sku,
        pieces=pieces,
        variant=variant,
        title=text(product.title, shop.language(station.id)) if product else sku,
        brand=product.brand if product else "",
        known=known,
        then=after(known, pieces, screen.reason),
    )
