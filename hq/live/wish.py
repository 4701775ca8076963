"""An article that somebody waits for, as it stands this moment: a basket of one line that nobody sent."""

from sqlalchemy import Connection, select

from edge.catalogue import Catalogue
from edge.domain.article import Store
from hq.live.article import by_sku
from hq.live.basket import LiveBasket
from hq.live.offer import live_offer
from hq.store import tables
from hq.words import known


def live_wish(connection: Connection, catalogue: Catalogue, event: str) -> LiveBasket | None:
    """None where the wish is not kept any more, or the article is no longer offered."""
    row = connection.execute(select(tables.wish).where(tables.wish.c.event == event)).first()
    if row is None:
        return None
    language = known(row.language)
    if by_sku(catalogue, row.sku, language, row.store) is None:
        return None
    return live_offer(
        catalogue, row, catalogue.store(row.store) or Store(id=row.store, name=row.store), language, [row.sku]
    )
