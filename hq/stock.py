"""Counts of stock as HQ holds them: one per article and store, the newest, less what the tills sold since.

A count is absolute and bears the time somebody counted. A sale takes pieces off the count without changing that time:
a later count has seen it. So a count that was made before a sale and arrives after it still loses the piece, and in
whatever order counts and sales come, the same number stands in the end. It may stand below none, where tills sold what
nobody had counted; nobody is shown that. What is put aside for somebody (`hq.reservations`) counts as taken as long as
it is, whoever counts meanwhile.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from edge.domain.article import Stock
from hq.store import tables
from hq.store.insert import inserted

KEPT = 45 * 86_400_000
"""Milliseconds for which sales are remembered: until any count that was made before them has come."""


YOUNGER_STAY = """
DELETE FROM temp.article_put WHERE kind = 'stock' AND EXISTS (
    SELECT 1 FROM main.article AS held WHERE held.kind = 'stock' AND held.id = article_put.id
    AND json_extract(held.doc, '$.as_of') > json_extract(article_put.doc, '$.as_of'))
"""
"""For `hq.store.aside`: stores count on while a long import is at work, and their counts may be the younger ones."""


def key(sku: str, store: str) -> str:
    """The id of a count in the `article` table."""
    return f"{sku}@{store}"


def held(connection: Connection, sku: str, store: str) -> Stock | None:
    article = tables.article.c
    query = select(article.doc).where(article.kind == "stock", article.id == key(sku, store))
    doc = connection.scalar(query)
    return None if doc is None else msgspec.json.decode(doc, type=Stock)


def less_sold(connection: Connection, counted: Stock) -> Stock:
    """`counted`, less what was sold in the store since it was counted."""
    sale = tables.sale.c
    since = (sale.store == counted.store) & (sale.sku == counted.sku) & (sale.at > counted.as_of)
    sold = connection.scalar(select(func.sum(sale.quantity)).where(since)) or 0
    return replace(counted, quantity=counted.quantity - sold) if sold else counted


def put_aside(connection: Connection) -> Counter[tuple[str, str]]:
    """How many pieces are put aside, by SKU and store."""
    one = tables.reservation.c
    sums = select(one.sku, one.store, func.sum(one.quantity)).where(one.open.is_(True)).group_by(one.sku, one.store)
    return Counter({(sku, store): int(pieces) for sku, store, pieces in connection.execute(sums)})


def hold(connection: Connection, sku: str, store: str, pieces: int) -> None:
    """So many are put aside from now on; less than none: are there again."""
    if known := held(connection, sku, store):
        _write(connection, replace(known, quantity=known.quantity - pieces))


def take(connection: Connection, counted: Stock) -> bool:
    """Keep a count, unless a newer one is held. Returns whether it was kept."""
    known = held(connection, counted.sku, counted.store)
    if known and known.as_of > counted.as_of:
        return False
    free = less_sold(connection, counted)
    aside = _aside(connection, counted.sku, counted.store)
    _write(connection, replace(free, quantity=free.quantity - aside) if aside else free)
    return True


def sell(connection: Connection, sale: Mapping[str, Any]) -> bool:
    """A row of `sale` that a till tells: it lessens what was counted before it. False where it was told before."""
    if not inserted(connection, tables.sale, sale):
        return False
    known = held(connection, sale["sku"], sale["store"])
    if known and sale["at"] > known.as_of:
        _write(connection, replace(known, quantity=known.quantity - sale["quantity"]))
    return True


def forget_sales(connection: Connection, *, now: int) -> None:
    """Those that no count can be older than."""
    connection.execute(delete(tables.sale).where(tables.sale.c.at < now - KEPT))


def _aside(connection: Connection, sku: str, store: str) -> int:
    one = tables.reservation.c
    those = (one.open.is_(True), one.store == store, one.sku == sku)
    return int(connection.scalar(select(func.sum(one.quantity)).where(*those)) or 0)


def _write(connection: Connection, count: Stock) -> None:
    """Not as an upsert: on SQLite its rule for conflicts would be that of the triggers of `article` too."""
    article, doc = tables.article.c, msgspec.json.encode(count).decode()
    id_ = key(count.sku, count.store)
    held_one = update(tables.article).where(article.kind == "stock", article.id == id_)
    if not connection.execute(held_one.values(doc=doc)).rowcount:
        row = {"kind": "stock", "id": id_, "parent": count.sku, "doc": doc}
        connection.execute(tables.article.insert().values(row))


def counts_of(connection: Connection, store: str) -> Iterator[Stock]:
    """Every count of a store."""
    article = tables.article.c
    query = select(article.doc).where(article.kind == "stock", article.id.endswith(f"@{store}", autoescape=True))
    decoder = msgspec.json.Decoder(Stock)
    for doc in connection.execute(query).scalars():
        yield decoder.decode(doc)


def last_sale(connection: Connection, store: str) -> int:
    """When a till of `store` sold anything last, in milliseconds since 1970; 0 for never."""
    return connection.scalar(select(func.max(tables.sale.c.at)).where(tables.sale.c.store == store)) or 0
