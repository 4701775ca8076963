"""Which articles may be offered to somebody in whose basket they do not lie."""

from collections.abc import Iterable

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from edge.domain.article import Product, Variant
from hq.audience import facts
from hq.audience.rules import Decision, offer
from hq.live import reach

MOST = 3
"""Articles of one message."""
LOOKED_AT = 60
"""Products of a category among which alike ones are looked for, the most popular first."""


def offered(
    connection: Connection,
    catalogue: Catalogue,
    profile: str,
    skus: Iterable[str],
    stores: frozenset[str],
    *,
    wanted: int = 0,
) -> list[Decision]:
    """Of each of `skus`, by what `stores` have of it; at most MOST that may be offered. `wanted`: when they asked for
    them, if they did."""
    person = facts.person(connection, profile, "offers")
    bought, returned = facts.bought_and_returned(connection, profile)
    found: list[Decision] = []
    for sku in skus:
        found.append(offer(person, facts.in_reach(catalogue, sku, stores, wanted=wanted), bought, returned))
        if sum(one.included for one in found) == MOST:
            break
    return found


def products_bought(connection: Connection, catalogue: Catalogue, profile: str) -> set[str]:
    """Ids of products of which the person bought and kept any article: nobody is offered what they have."""
    variants = map(catalogue.by_sku, facts.purchases(connection, profile))
    return {variant.product_id for variant in variants if variant}


def alike(catalogue: Catalogue, wanted: Variant, stores: frozenset[str]) -> list[str]:
    """SKUs of other products of its category, in its size, that `stores` have; the nearest in price first."""
    product = catalogue.product(wanted.product_id)
    if product is None or not wanted.size:
        return []
    others = (one for one in catalogue.products(product.category, LOOKED_AT) if one.id != product.id)
    found = [one for other in others if (one := _in_size(catalogue, other, wanted, stores))]
    return [one.sku for one in sorted(found, key=lambda one: abs(one.price.amount - wanted.price.amount))]


def _in_size(catalogue: Catalogue, product: Product, wanted: Variant, stores: frozenset[str]) -> Variant | None:
    size, currency = wanted.size.casefold(), wanted.price.currency
    fits = (one for one in catalogue.variants(product.id) if one.size.casefold() == size)
    there = (one for one in fits if one.price.currency == currency and reach.is_there(catalogue, one.sku, stores))
    return next(there, None)
