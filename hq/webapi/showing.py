"""What a web shop may show to a person: their open baskets, and what the rules of audiences permit today."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

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


def basket_lines(
    reading: Connection, catalogue: Catalogue, profile: str, links: Links, language: str, now: int
) -> tuple[LineOut, ...]:
    """Each article once, as the basket put together last has it."""
    found: dict[str, LineOut] = {}
    for basket in _baskets(reading, catalogue, profile, language, now):
        for line in basket.lines:
            if line.open and line.article and line.sku not in found:
                found[line.sku] = _line(line, line.article, links)
    return tuple(found.values())


def _baskets(reading: Connection, catalogue: Catalogue, profile: str, language: str, now: int) -> Iterator[LiveBasket]:
    row = tables.basket.c
    theirs = select(row.id).where(row.profile.in_(profiles_of(profile)), row.sent >= now - OPEN)
    for basket in reading.scalars(theirs.order_by(row.sent.desc(), row.id).limit(MOST_BASKETS)).all():
        if live := live_basket(reading, catalogue, basket, language):
            yield live


def retargeted(
    reading: Connection, catalogue: Catalogue, profile: str, links: Links, language: str, limit: int
) -> tuple[ShownOut, ...]:
    """By the rules of `hq.audience` and no others."""
    spoken = known(
        language or reading.scalar(select(tables.profile.c.language).where(tables.profile.c.id == profile)) or ""
    )
    found = []
    for decision in explain(reading, catalogue, profile):
        if decision.included and (article := by_sku(catalogue, decision.sku, spoken)):
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
