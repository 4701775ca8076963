"""The staff's screens: how things stand with HQ and the readers in plain words, and an article's stock everywhere."""

from dataclasses import dataclass
from typing import Any

from edge.domain.article import WEB, Stock, Store, Variant
from edge.domain.basket import MOST_OF_ONE
from edge.domain.place import by_nearness, distance_km
from edge.shop import Article, Attract, Shop, Station
from kiosk.pages.card import text
from kiosk.pages.reserved import held

NEAREST = 8
"""Other stores that a table has room for."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A place that counts: `name` is "" for the web shop, `as_of` its oldest figure; `store` is where something can be
    reserved, "" where not."""

    name: str
    here: bool
    store: str
    as_of: int | None
    distance_km: float | None


@dataclass(frozen=True, kw_only=True)
class Row:
    variant: Variant
    counts: tuple[Stock | None, ...]


def page(shop: Shop, station: Station, screen: Attract) -> dict[str, Any]:
    return {"name": "attract", "key": "staff", "say": "", **sync(shop)}


def sync(shop: Shop) -> dict[str, Any]:
    """How things stand: with HQ, and with each reader by the name of its station."""
    readers = [
        (station.name, reader) for station in shop.stations.values() for reader in shop.outside.readers(station.id)
    ]
    return {"status": shop.status(), "store": shop.store, "readers": readers}


def article(shop: Shop, station: Station, screen: Article) -> dict[str, Any]:
    """Every variant of the product by this store, those nearest to it, and the web."""
    catalogue = shop.catalogue
    variant = catalogue.by_sku(screen.sku)
    product = catalogue.product(variant.product_id) if variant else None
    if variant is None or product is None:
        return {"product": None, "key": "article", "say": ""}
    stores = by_nearness(catalogue.stores(), shop.store.id)[: NEAREST + 1]
    sisters = catalogue.variants(product.id)
    live = shop.live_stock(station.id, [sister.sku for sister in sisters])
    counts = {
        (count.sku, count.store): count for count in shop.reserving.less(live.over(shop.stock_of_product(product.id)))
    }
    return {
        "key": f"article:{product.id}",
        "say": text(product.title, shop.language(station.id)),
        "product": product,
        "variant": variant,
        "title": text(product.title, shop.language(station.id)),
        "places": columns(stores, shop.store, list(counts.values())),
        "rows": [_row(sister, stores, counts) for sister in sisters],
        "unreached": live.unreached,
        "notice": screen.notice,
        "asked": catalogue.store(screen.elsewhere) if screen.elsewhere else None,
        "pieces": screen.pieces,
        "most": _most(counts.get((variant.sku, screen.elsewhere))),
        "until": shop.reserving.until(),
        "reserved": held(shop, shop.reserving.of([sister.sku for sister in sisters])),
        "line_up": shop.outside.line_up(),
    }


def columns(stores: list[Store], here: Store, counts: list[Stock]) -> list[Column]:
    return [
        Column(
            name=place.name,
            here=place.id == here.id,
            store="" if place.id in (here.id, WEB) else place.id,
            as_of=min((count.as_of for count in counts if count.store == place.id), default=None),
            distance_km=None if place.id == here.id else distance_km(here, place),
        )
        for place in [*stores, Store(id=WEB, name="")]
    ]


def _most(there: Stock | None) -> int:
    """How many can be reserved: what is counted there."""
    return max(1, min(there.quantity, MOST_OF_ONE)) if there else 1


def _row(variant: Variant, stores: list[Store], counts: dict[tuple[str, str], Stock]) -> Row:
    places = [*(store.id for store in stores), WEB]
    return Row(variant=variant, counts=tuple(counts.get((variant.sku, place)) for place in places))
