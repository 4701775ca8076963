"""The staff's screens: how things stand with HQ and the readers in plain words, and an article's stock everywhere."""

from dataclasses import dataclass
from typing import Any

from edge.domain.article import WEB, Stock, Store, Variant
from edge.shop import Article, Attract, Shop, Station
from kiosk.pages.card import text


@dataclass(frozen=True, kw_only=True)
class Column:
    """A place that counts: `name` is "" for the web shop, `as_of` its oldest figure."""

    name: str
    here: bool
    as_of: int | None


@dataclass(frozen=True, kw_only=True)
class Row:
    variant: Variant
    quantities: tuple[int | None, ...]


def page(shop: Shop, station: Station, screen: Attract) -> dict[str, Any]:
    return {"name": "attract", "key": "staff", "say": "", **sync(shop)}


def sync(shop: Shop) -> dict[str, Any]:
    """How things stand: with HQ, and with each reader by the name of its station."""
    readers = [
        (station.name, reader) for station in shop.stations.values() for reader in shop.outside.readers(station.id)
    ]
    return {"status": shop.status(), "store": shop.store, "readers": readers}


def article(shop: Shop, station: Station, screen: Article) -> dict[str, Any]:
    """Every variant of the product by every store and the web; this store first."""
    catalogue = shop.catalogue
    variant = catalogue.by_sku(screen.sku)
    product = catalogue.product(variant.product_id) if variant else None
    if variant is None or product is None:
        return {"product": None, "key": "article", "say": ""}
    stores = sorted(catalogue.stores(), key=lambda store: store.id != shop.store.id)
    sisters = catalogue.variants(product.id)
    live = shop.live_stock(station.id, [sister.sku for sister in sisters])
    counts = {(count.sku, count.store): count for count in live.over(shop.stock_of_product(product.id))}
    return {
        "key": f"article:{product.id}",
        "say": text(product.title, shop.language(station.id)),
        "product": product,
        "variant": variant,
        "title": text(product.title, shop.language(station.id)),
        "places": columns(stores, shop.store, list(counts.values())),
        "rows": [_row(sister, stores, counts) for sister in sisters],
        "unreached": live.unreached,
    }


def columns(stores: list[Store], here: Store, counts: list[Stock]) -> list[Column]:
    return [
        Column(name=name, here=place == here.id, as_of=min((c.as_of for c in counts if c.store == place), default=None))
        for place, name in [*((store.id, store.name) for store in stores), (WEB, "")]
    ]


def _row(variant: Variant, stores: list[Store], counts: dict[tuple[str, str], Stock]) -> Row:
    places = [*(store.id for store in stores), WEB]
    found = (counts.get((variant.sku, place)) for place in places)
    return Row(variant=variant, quantities=tuple(count.quantity if count else None for count in found))
