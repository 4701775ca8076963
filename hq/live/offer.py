"""Articles in nobody's basket, as they stand this moment: a basket that nobody sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from edge.catalogue import Catalogue
from edge.domain.article import Store
from hq.live.article import LiveArticle, by_sku
from hq.live.basket import LiveBasket, LiveLine
from hq.words import known


def live_offer(catalogue: Catalogue, row: Row[Any], store: Store, language: str, skus: Sequence[str]) -> LiveBasket:
    """`row` of the queue; what is no longer offered is left out."""
    language = known(language)
    found = [article for sku in skus if (article := by_sku(catalogue, sku, language, store.id))]
    return _basket(row, store, language, tuple(map(line_of, found)))


def live_invitation(row: Row[Any], store: Store, language: str) -> LiveBasket:
    """To `store`, of nothing."""
    return _basket(row, store, known(language), ())


def line_of(article: LiveArticle) -> LiveLine:
    return LiveLine(
        sku=article.sku,
        name=article.name,
        traits=article.traits,
        quantity=1,
        fulfilment="",
        added_at=article.price,
        article=article,
        bought=False,
    )


def _basket(row: Row[Any], store: Store, language: str, lines: tuple[LiveLine, ...]) -> LiveBasket:
    return LiveBasket(
        id=row.event, shop_id="", profile=row.profile, language=language, store=store, lines=lines, goes_with=()
    )
