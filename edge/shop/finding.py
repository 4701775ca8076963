"""Looking for articles: what a station's `Browse` shows, from where its store stands."""

from collections.abc import Mapping

from edge.catalogue import Catalogue, Results
from edge.catalogue.choice import PLACES, Choice, Whereabouts
from edge.domain.article import Stock, Store
from edge.domain.place import by_nearness
from edge.shop.screens import Browse

NEARBY = 5
"""Stores that count as near: the nearest."""


def choice(screen: Browse) -> Choice:
    low, _, high = screen.price.partition("-")
    return Choice(
        category=screen.category,
        brands=frozenset(screen.brands),
        sizes=frozenset(screen.sizes),
        colours=frozenset(screen.colours),
        lowest=_whole(low),
        highest=_whole(high),
        places=frozenset(place for place in PLACES if place in screen.places),
    )


def _whole(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def whereabouts(catalogue: Catalogue, here: Store, counted: Mapping[str, Stock]) -> Whereabouts:
    others = [store.id for store in by_nearness(catalogue.stores(), here.id) if store.id != here.id]
    return Whereabouts(here=here.id, nearby=others[:NEARBY], zone=here.zone, counted=counted)


def found(
    catalogue: Catalogue,
    here: Store,
    screen: Browse,
    language: str,
    *,
    counted: Mapping[str, Stock],
    typing: bool,
    limit: int,
    offset: int,
) -> Results:
    """`counted` is what the store counted itself, by SKU."""
    return catalogue.search(
        screen.query,
        language,
        choice=choice(screen),
        where=whereabouts(catalogue, here, counted),
        typing=typing,
        limit=limit,
        offset=offset,
    )
