"""The article: one variant among its sisters."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from edge.catalogue import Catalogue
from edge.domain.article import Review, Stock, Variant
from edge.shop import Article, Shop, Station
from kiosk.pages.availability import NOBODY_COUNTED, Availability, availability
from kiosk.pages.card import cards, text
from kiosk.pages.missing import missing

GOES_WITH = 4
MOST_IN_ROW = 5
REVIEWS = 2


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A size or colour to touch: the variant it leads to."""

    name: str
    sku: str
    chosen: bool
    level: str
    code: str = ""


def page(shop: Shop, station: Station, screen: Article) -> dict[str, Any]:
    catalogue, speaks = shop.catalogue, shop.language(station.id)
    variant = catalogue.by_sku(screen.sku)
    product = catalogue.product(variant.product_id) if variant else None
    if variant is None or product is None:  # the catalogue turned and no longer has it
        return {"product": None, "key": "article", "say": ""}
    sisters = catalogue.variants(product.id)
    live = shop.live_stock(station.id, [sister.sku for sister in sisters])
    places = _places(shop, shop.reserving.less(live.over(shop.stock_of_product(product.id))))
    title = text(product.title, speaks)
    line = shop.basket(station.id).line(variant.sku)
    choices = sizes(variant, sisters, places)
    available = places.get(variant.sku, NOBODY_COUNTED)
    return {
        "key": f"article:{product.id}",
        "say": title,
        "product": product,
        "variant": variant,
        "title": title,
        "story": text(product.story, speaks).split("\n\n"),
        "sizes": choices,
        "columns": columns(len(choices)),
        "colours": colours(variant, sisters, places),
        "available": available,
        "missing": missing(available),
        "sheet": screen.sheet,
        "unreached": live.unreached,
        "notice": screen.notice,
        "line": line,
        "usual": available.usual(line, shop.store.id),
        "goes_with": cards(catalogue, shop.beside(product.id, GOES_WITH), speaks),
        **reviews(catalogue, product.id, speaks),
    }


def sizes(variant: Variant, sisters: list[Variant], places: dict[str, Availability]) -> list[Choice]:
    """Every size of the product once, in the colour shown where it exists."""
    by_size: dict[str, Variant] = {}
    for sister in sorted(sisters, key=lambda other: other.colour != variant.colour):
        by_size.setdefault(sister.size, sister)
    inorder = sorted(by_size.values(), key=lambda other: _rank(other, sisters))
    return [_choice(sister.size, sister, variant.size == sister.size, places) for sister in inorder if sister.size]


def columns(sizes: int) -> int:
    """Sizes in a row, such that rows are as equally long as can be: seven are four and three."""
    lines = max(1, ceil(sizes / MOST_IN_ROW))
    return ceil(sizes / lines)


def colours(variant: Variant, sisters: list[Variant], places: dict[str, Availability]) -> list[Choice]:
    """Every colour once, in the size shown where it exists."""
    by_colour: dict[str, Variant] = {}
    for sister in sorted(sisters, key=lambda other: other.size != variant.size):
        by_colour.setdefault(sister.colour, sister)
    inorder = sorted(by_colour.values(), key=lambda other: _first(other.colour, sisters))
    return [_choice(one.colour, one, variant.colour == one.colour, places) for one in inorder if one.colour]


def reviews(catalogue: Catalogue, product_id: str, speaks: str) -> dict[str, Any]:
    """The mean, how many gave each number of stars, and a few reviews, those in the shopper's language first."""
    written: list[Review] = catalogue.reviews(product_id)
    mean, count = catalogue.rating(product_id)
    return {
        "mean": mean,
        "reviewed": count,
        "stars": [(stars, sum(review.rating == stars for review in written)) for stars in (5, 4, 3, 2, 1)],
        "reviews": sorted(written, key=lambda review: review.language != speaks)[:REVIEWS],
    }


def _places(shop: Shop, counts: list[Stock]) -> dict[str, Availability]:
    here, stores = shop.store, shop.catalogue.stores()
    by_sku: dict[str, list[Stock]] = {}
    for count in counts:
        by_sku.setdefault(count.sku, []).append(count)
    return {sku: availability(stock, here, stores) for sku, stock in by_sku.items()}


def _choice(name: str, leads_to: Variant, chosen: bool, places: dict[str, Availability]) -> Choice:
    level = places.get(leads_to.sku, NOBODY_COUNTED).level
    return Choice(name=name, sku=leads_to.sku, chosen=chosen, level=level, code=leads_to.colour_code)


def _rank(variant: Variant, sisters: list[Variant]) -> int:
    """A size's place: the least position any colour gives it."""
    return min(other.position for other in sisters if other.size == variant.size)


def _first(colour: str, sisters: list[Variant]) -> int:
    return min(other.position for other in sisters if other.colour == colour)
