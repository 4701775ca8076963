"""An article that somebody waits for, as it stands this moment: a basket of one line that nobody sent."""

from sqlalchemy import Connection, select

from edge.catalogue import Catalogue
from edge.domain.article import Store
from hq.live.article import by_sku
from hq.live.basket import LiveBasket, LiveLine
from hq.store import tables
from hq.words import known


def live_wish(connection: Connection, catalogue: Catalogue, event: str) -> LiveBasket | None:
    """None where the wish is not kept any more, or the article is no longer offered."""
    row = connection.execute(select(tables.wish).where(tables.wish.c.event == event)).first()
    if row is None:
        return None
    language = known(row.language)
    article = by_sku(catalogue, row.sku, language, row.store)
    if article is None:
        return None
    line = LiveLine(
        sku=row.sku,
        name=article.name,
        traits=article.traits,
        quantity=1,
        fulfilment="",
        added_at=article.price,
        article=article,
        bought=False,
    )
    return LiveBasket(
        id=row.event,
        shop_id="",
        profile=row.profile,
        language=language,
        store=catalogue.store(row.store) or Store(id=row.store, name=row.store),
        lines=(line,),
        goes_with=(),
    )
