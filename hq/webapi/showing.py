"""What a web shop may show to a person: their open baskets, and what the rules of audiences permit today."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from edge.catalogue import Catalogue
from hq.answers.profile import OPEN
from hq.audience import explain
from hq.linking.person import profiles_of
from hq.links import Links
from hq.live.article import LiveArticle, by_sku
from hq.live.basket import LiveBasket, LiveLine, live_basket
from hq.store import tables
from hq.webapi.shapes import ArticleOut, LineOut, ShownOut
from hq.words import known

PICTURE = 600
"""Pixels."""
MOST_BASKETS = 20


@dataclass(frozen=True, kw_only=True)
class Whose:
    profile: str
    alone: bool
    """What came to other profiles of the person is not shown: a browser was made known from the mail of this one."""


def _shown(whose: Whose) -> ColumnElement[bool]:
    of = tables.basket.c.profile
    return of == whose.profile if whose.alone else of.in_(profiles_of(whose.profile))


def basket_lines(
    reading: Connection, catalogue: Catalogue, whose: Whose, links: Links, language: str, now: int
) -> tuple[LineOut, ...]:
    """Each article once, as the basket put together last has it."""
    found: dict[str, LineOut] = {}
    for basket in _baskets(reading, catalogue, whose, language, now):
        for line in basket.lines:
            if line.open and line.article and line.sku not in found:
                found[line.sku] = _line(line, line.article, links)
    return tuple(found.values())


def _baskets(reading: Connection, catalogue: Catalogue, whose: Whose, language: str, now: int) -> Iterator[LiveBasket]:
    row = tables.basket.c
    theirs = select(row.id).where(_shown(whose), row.sent >= now - OPEN)
    for basket in reading.scalars(theirs.order_by(row.sent.desc(), row.id).limit(MOST_BASKETS)).all():
        if live := live_basket(reading, catalogue, basket, language):
            yield live


def retargeted(
    reading: Connection, catalogue: Catalogue, whose: Whose, links: Links, language: str, limit: int
) -> tuple[ShownOut, ...]:
    """By the rules of `hq.audience` and no others: what any of the person's identities bought is left out."""
    profile = whose.profile
    shown = set(reading.scalars(select(tables.basket.c.id).where(_shown(whose))))
    spoken = known(
        language or reading.scalar(select(tables.profile.c.language).where(tables.profile.c.id == profile)) or ""
    )
    found = []
    for decision in explain(reading, catalogue, profile):
        if decision.included and decision.basket in shown and (article := by_sku(catalogue, decision.sku, spoken)):
            found.append(ShownOut(article=_article(article, links), why=decision.words))
    return tuple(found[:limit])


def _line(line: LiveLine, article: LiveArticle, links: Links) -> LineOut:
    return LineOut(article=_article(article, links), quantity=line.quantity, fulfilment=line.fulfilment)


def _article(article: LiveArticle, links: Links) -> ArticleOut:
    return ArticleOut(
        sku=article.sku,
        product_id=article.product.id,
        name=article.name,
        variant=" · ".join(article.traits),
        price=article.price.amount,
        currency=article.price.currency,
        picture=links.picture(article.variant.picture, PICTURE),
        link=article.link or links.article(article),
    )
