"""The catalogue's articles as rows of the database, so that audiences of everybody are counted there.

They follow the newest catalogue and its stock: `follow` costs one look where nothing changed, the changed counts where
stock was told, and everything where a version was published.
"""

import logging
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, update

from edge.catalogue import Catalogue, Version
from edge.catalogue.goods import Good
from edge.catalogue.stock import FEED
from hq.feeds import stock
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new, put
from hq.store.many import add_rows

log = logging.getLogger(__name__)
POLL = 5.0
MARK = "goods"
"""The setting that says which catalogue the rows are of, and up to which version of the stock."""
_SETTING = tables.setting.c


def follower(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("goods", (partial(follow, hq), "audiences do not follow the catalogue"), poll=poll)


def follow(hq: Hq) -> None:
    """Brings the rows up to the newest catalogue. Several may do so at once."""
    catalogue = hq.catalogue()
    if catalogue is None or _held(hq) == _mark(catalogue):
        return
    with hq.engine.begin() as connection, catalogue.moment():
        insert_new(connection, tables.setting, [{"key": MARK, "value": ""}])
        held = connection.scalar(select(_SETTING.value).where(_SETTING.key == MARK).with_for_update()) or ""
        version, _, told = held.partition("/")
        if version == str(catalogue.version):
            _recount(connection, catalogue, told)
        else:
            _renew(connection, catalogue)
        put(connection, tables.setting, {"key": MARK, "value": _mark(catalogue)})


def _held(hq: Hq) -> str:
    with hq.reading() as connection:
        return connection.scalar(select(_SETTING.value).where(_SETTING.key == MARK)) or ""


def _mark(catalogue: Catalogue) -> str:
    return f"{catalogue.version}/{catalogue.mark(FEED)}"


def _recount(connection: Connection, catalogue: Catalogue, told: str) -> None:
    epoch, _, n = told.partition("-")
    changed = {sku for sku, *_ in stock.since(connection, Version(int(epoch), int(n)))}
    rows = [{"its_sku": sku, "available": _available(catalogue, sku)} for sku in sorted(changed)]
    if rows:
        good = tables.good
        connection.execute(update(good).where(good.c.sku == bindparam("its_sku")), rows)


def _available(catalogue: Catalogue, sku: str) -> int:
    return sum(max(count.quantity, 0) for count in catalogue.stock(sku))


def _renew(connection: Connection, catalogue: Catalogue) -> None:
    for table in (tables.good, tables.companion):
        connection.execute(delete(table))
    for goods in catalogue.goods():
        add_rows(connection, tables.good, [_row(good) for good in goods])
    for some in catalogue.companions():
        add_rows(
            connection, tables.companion, [(one, other) for one, others in some for other in dict.fromkeys(others)]
        )
    log.info("audiences follow catalogue %s", catalogue.version)


def _row(good: Good) -> tuple[object, ...]:
    where = style(good.product_id, good.colour)
    return good.sku, good.product_id, where, good.size, good.category, good.available


def style(product_id: str, colour: str) -> str:
    """Whoever bought the boot in 43 does not want to be reminded of the 42; another colour is another wish."""
    return f"{product_id}\x1f{colour}"
