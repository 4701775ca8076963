"""Rows to domain values."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from edge.domain.article import Item, Product, Review, Stock, Store, Variant
from edge.domain.money import Money

PRODUCT = "SELECT id, brand, category, title, story, goes_with, popularity, facts, keywords FROM product"
VARIANT = (
    "SELECT sku, product_id, gtin, price, was, currency, size, colour, colour_code, picture, web_only, link, position,"
    " more_pictures, more_gtins FROM variant"
)
BY_GTIN, BY_SKU = f"{VARIANT} WHERE gtin = ?", f"{VARIANT} WHERE sku = ?"
BY_MORE_GTIN = f"{VARIANT} WHERE sku = (SELECT sku FROM more_gtin WHERE gtin = ?)"
ZONE_PRICE = "SELECT sku, price, was, currency FROM zone_price"
STOCK = "SELECT sku, store, quantity, as_of, source FROM stock"
REVIEW = "SELECT product_id, rating, title, text, language, author, date, helpful, unhelpful FROM review"
STORE = "SELECT id, name, city, address, latitude, longitude, hours, time_zone, zone FROM store"

NONE = "[]"
_decoded = msgspec.json.decode
Row = Sequence[Any]
Value = TypeVar("Value")


def first(make: Callable[[Row], Value], found: list[Row]) -> Value | None:
    return make(found[0]) if found else None


def product(row: Row) -> Product:
    id_, brand, category, title, story, goes_with, popularity, facts, keywords = row
    return Product(
        id=id_,
        brand=brand,
        category=category,
        title=_decoded(title),
        story=_decoded(story),
        goes_with=tuple(_decoded(goes_with)),
        popularity=popularity,
        facts=_decoded(facts),
        keywords=keywords,
    )


_fill = object.__setattr__
"""Past the checks of a frozen dataclass, which take longer than SQLite's look-up."""


def _money(amount: int, currency: str) -> Money:
    made = object.__new__(Money)
    _fill(made, "__dict__", {"amount": amount, "currency": currency})
    return made


def variant(row: Row) -> Variant:
    """Of a row of VARIANT. It is made for every scan: each instruction counts."""
    (sku, product_id, gtin, price, was, currency, size, colour, colour_code, picture, web_only, link, position, more,
     gtins) = row  # fmt: skip
    made = object.__new__(Variant)
    told = {
        "sku": sku,
        "product_id": product_id,
        "price": _money(price, currency),
        "gtin": None if gtin is None else str(gtin).zfill(14),
        "more_gtins": tuple(number.zfill(14) for number in gtins.split(",")) if gtins else (),
        "size": size,
        "colour": colour,
        "colour_code": colour_code,
        "was": None if was is None else _money(was, currency),
        "picture": picture,
        "web_only": web_only != 0,
        "link": link,
        "position": position,
        "more_pictures": () if more == NONE else tuple(json.loads(more)),
        "zones": {},
    }
    _fill(made, "__dict__", told)
    return made


def priced(variant: Variant, row: Row) -> Variant:
    """`variant` at the price of a zone, with that zone's own price before a reduction."""
    _, price, was, currency = row
    own = Money(amount=price, currency=currency)
    return replace(variant, price=own, was=None if was is None else Money(amount=was, currency=currency))


def stock(row: Row) -> Stock:
    sku, store_id, quantity, as_of, source = row
    return Stock(sku=sku, store=store_id, quantity=quantity, as_of=as_of, source=source)


def review(row: Row) -> Review:
    product_id, rating, title, text, language, author, date, helpful, unhelpful = row
    return Review(
        product_id=product_id,
        rating=rating,
        title=title,
        text=text,
        language=language,
        author=author,
        date=date,
        helpful=helpful,
        unhelpful=unhelpful,
    )


def store(row: Row) -> Store:
    names = ("id", "name", "city", "address", "latitude", "longitude", "hours", "time_zone", "zone")
    return Store(**dict(zip(names, row, strict=True)))


def item(variant: Variant, product: Product, name: str) -> Item:
    return Item(
        sku=variant.sku,
        product_id=variant.product_id,
        name=name,
        variant=" · ".join(filter(None, (variant.size, variant.colour))),
        brand=product.brand,
        category=product.category,
        price=variant.price.amount,
        currency=variant.price.currency,
        gtin=variant.gtin,
    )
