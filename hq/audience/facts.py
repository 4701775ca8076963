"""What HQ knows of a person and of an article, as the rules want it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, union

from edge.catalogue import Catalogue
from edge.domain.article import Variant
from edge.domain.consent import Purpose
from hq import people
from hq.audience.rules import Article, Marketing, Person, Purchase
from hq.buyers import ways
from hq.catalogue import first_name
from hq.choices import taken_out
from hq.linking.person import profiles_of, standing
from hq.marks import told_once
from hq.store import tables

WIDER = "2026-12"
"""Since this version the words of the consent to marketing speak of what goes with a basket, and of invitations."""


def person(connection: Connection, profile: str, use: Purpose = "adverts", *, capped: bool = False) -> Person:
    """What `use` of marketing may count on: "adverts", "reminders" or "offers". An unknown profile, and an erased one,
    have neither answers nor a place in the control group."""
    given = people.answers(connection, profile)
    known = tables.profile.c
    control = connection.scalar(select(known.control).where(known.id == standing(connection, profile)))
    return Person(
        suppressed=frozenset(people.suppressions(connection, profile)),
        marketing=_marketing(given, use),
        wider=all(answer.version >= WIDER for answer in people.standing_answers(given, "marketing")),
        control=bool(control),
        capped=capped,
    )


def _marketing(given: Sequence[people.Answer], use: Purpose) -> Marketing:
    answers = people.standing_answers(given, "marketing")
    refused = [answer for answer in answers if not answer.granted]
    taken_back = [answer for answer in refused if answer.how != people.SCREEN]
    if not answers:
        return "not-asked"
    if not refused:
        return "not-this" if people.refused(given, use) else "yes"
    if not taken_back:
        return "left-empty"
    return "ticked-since" if any(people.ticked_since(given, answer) for answer in taken_back) else "taken-back"


def purchases(connection: Connection, profile: str) -> dict[str, Purchase]:
    """What the person bought in any channel and did not return, by SKU: the latest order of each."""
    return bought_and_returned(connection, profile)[0]


def bought_and_returned(connection: Connection, profile: str) -> tuple[dict[str, Purchase], dict[str, Purchase]]:
    """What they bought and kept, and what they sent back with nothing kept: by SKU, the latest of each.

    A return takes back what was bought before it, never what is bought later.
    """
    order = tables.order_line.c
    lines = (
        select(order.sku, order.order_id, order.store, order.at, order.quantity).where(way) for way in ways(profile)
    )
    line = union(*lines).subquery().c  # each way by its index: all in one condition would read every order there is
    query = select(line.sku, line.order_id, line.store, line.at, line.quantity)
    kept: dict[str, int] = {}
    latest: tuple[dict[str, Purchase], dict[str, Purchase]] = ({}, {})
    for r in told_once(connection.execute(query.order_by(line.at, line.order_id, line.store)).all()):
        kept[r.sku] = max(0, kept.get(r.sku, 0) + r.quantity)
        if r.quantity:
            latest[r.quantity < 0][r.sku] = Purchase(sku=r.sku, order_id=r.order_id, store=r.store, at=r.at)
    bought, returned = latest
    return {s: one for s, one in bought.items() if kept[s]}, {s: one for s, one in returned.items() if not kept[s]}


def articles(
    connection: Connection, catalogue: Catalogue | None, profile: str, basket: str | None = None
) -> list[Article]:
    """What lies in the baskets of the profile, the newest basket first, or in one of them; each article once. What they
    took out again on the page of the basket is none of it."""
    held, line = tables.basket.c, tables.basket_line.c
    query = select(held.id.label("basket"), line.sku, line.name, line.variant, held.sent).join_from(
        tables.basket, tables.basket_line
    )
    query = query.where(held.profile.in_(profiles_of(profile)), ~taken_out(held.id, line.sku))
    query = query.order_by(held.sent.desc(), held.id, line.position)
    found: dict[str, Article] = {}
    for row in connection.execute(query.where(held.id == basket) if basket else query):
        if row.sku not in found:
            found[row.sku] = article(catalogue, row.sku, row.name, row.variant, wanted=row.sent, basket=row.basket)
    return list(found.values())


def in_reach(catalogue: Catalogue, sku: str, stores: frozenset[str], *, wanted: int = 0) -> Article:
    """An article that lies in no basket, of which only what these stores have counts."""
    variant = catalogue.by_sku(sku)
    stock = [count for count in catalogue.stock(sku) if count.store in stores]
    return Article(
        basket="",
        sku=sku,
        wanted=wanted,
        name=first_name(catalogue, sku, sku),
        variant=" · ".join(part for part in (variant.size, variant.colour) if part) if variant else "",
        known=variant is not None,
        available=sum(max(count.quantity, 0) for count in stock),
        counted=bool(stock),
        same=same_purchase(catalogue, variant) if variant else {sku: ""},
    )


def article(catalogue: Catalogue | None, sku: str, name: str, told: str, *, wanted: int, basket: str = "") -> Article:
    """`name` and `told` (the variant) are used where the catalogue does not know it."""
    variant = catalogue.by_sku(sku) if catalogue else None
    stock = catalogue.stock(sku) if catalogue else []
    return Article(
        basket=basket,
        sku=sku,
        wanted=wanted,
        name=first_name(catalogue, sku, name),
        variant=told,
        known=variant is not None,
        available=sum(max(count.quantity, 0) for count in stock),
        counted=bool(stock),
        same=same_purchase(catalogue, variant) if catalogue and variant else {sku: ""},
    )


def same_purchase(catalogue: Catalogue, variant: Variant) -> dict[str, str]:
    """Whoever bought the boot in 43 does not want to be reminded of the 42; another colour is another wish."""
    sisters = (s for s in catalogue.variants(variant.product_id) if s.colour == variant.colour and s.size)
    return {variant.sku: variant.size} | {sister.sku: sister.size for sister in sisters}
