"""What HQ knows of a person and of an article, as the rules want it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from edge.catalogue import Catalogue
from edge.domain.article import Variant
from hq import people
from hq.audience.rules import Article, Marketing, Person, Purchase
from hq.catalogue import first_name
from hq.store import tables


def person(connection: Connection, profile: str) -> Person:
    """An unknown profile, and an erased one, have neither answers nor a place in the control group."""
    given = people.answers(connection, profile)
    control = connection.scalar(select(tables.profile.c.control).where(tables.profile.c.id == profile))
    return Person(
        suppressed=frozenset(people.suppressions(connection, profile)),
        marketing=_marketing(given),
        control=bool(control),
    )


def _marketing(given: Sequence[people.Answer]) -> Marketing:
    latest = next((answer for answer in given if answer.purpose == "marketing"), None)
    if latest is None:
        return "not-asked"
    if latest.granted:
        return "yes"
    return "left-empty" if latest.how == people.SCREEN else "taken-back"


def purchases(connection: Connection, profile: str) -> dict[str, Purchase]:
    """What the person bought in any channel and did not return, by SKU: the latest order of each."""
    order = tables.order_line.c
    baskets = select(tables.basket.c.id).where(tables.basket.c.profile == profile)
    theirs = or_(order.profile == profile, order.basket.in_(baskets))
    kept = select(order.sku).where(theirs).group_by(order.sku).having(func.sum(order.quantity) > 0)
    query = select(order.sku, order.order_id, order.store, order.at).where(theirs, order.sku.in_(kept))
    rows = connection.execute(query.where(order.quantity > 0).order_by(order.at, order.order_id))
    return {r.sku: Purchase(sku=r.sku, order_id=r.order_id, store=r.store, at=r.at) for r in rows}


def articles(
    connection: Connection, catalogue: Catalogue | None, profile: str, basket: str | None = None
) -> list[Article]:
    """What lies in the baskets of the profile, the newest basket first, or in one of them; each article once."""
    held, line = tables.basket.c, tables.basket_line.c
    query = select(held.id.label("basket"), line.sku, line.name, line.variant).join_from(
        tables.basket, tables.basket_line
    )
    query = query.where(held.profile == profile).order_by(held.sent.desc(), held.id, line.position)
    found: dict[str, Article] = {}
    for row in connection.execute(query.where(held.id == basket) if basket else query):
        if row.sku not in found:
            found[row.sku] = _article(catalogue, row)
    return list(found.values())


def _article(catalogue: Catalogue | None, line: Any) -> Article:
    variant = catalogue.by_sku(line.sku) if catalogue else None
    stock = catalogue.stock(line.sku) if catalogue else []
    return Article(
        basket=line.basket,
        sku=line.sku,
        name=first_name(catalogue, line.sku, line.name),
        variant=line.variant,
        known=variant is not None,
        available=sum(max(count.quantity, 0) for count in stock),
        counted=bool(stock),
        same=_same(catalogue, variant) if catalogue and variant else {line.sku: ""},
    )


def _same(catalogue: Catalogue, variant: Variant) -> dict[str, str]:
    """Whoever bought the boot in 43 does not want to be reminded of the 42; another colour is another wish."""
    sisters = (s for s in catalogue.variants(variant.product_id) if s.colour == variant.colour and s.size)
    return {variant.sku: variant.size} | {sister.sku: sister.size for sister in sisters}
