"""The stock feed: what changed since a version, small enough for the wire, without a new catalogue file.

A trigger of `article` enters each count that changes into `stock_pending`; a version of the feed tells what lies there.
`stock_told` keeps what was told last and by which version (`hq.feeds.told`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from edge.catalogue import Version
from edge.catalogue.stock import FEED, Told, pack_stock, told
from edge.domain.article import Stock
from hq.feeds.told import TellingFeed
from hq.store.many import among
from hq.store.tables import article, stock_pending, stock_told
from sync.codec import FeedDelta, FeedHead

MOST = 50_000
"""Counts of one version: a write transaction of about a second."""


def publish_stock(connection: Connection, signing_key: bytes, *, now: int) -> FeedHead | None:
    """A version of the feed with the counts that changed. None where none did. `connection` is in no transaction."""
    head = None
    while part := _publish_part(connection, signing_key, now):
        head = part
    return head


def is_pending(connection: Connection) -> bool:
    return connection.scalar(select(stock_pending.c.id).limit(1)) is not None


def newest(connection: Connection) -> Version:
    """0-0 before the first version."""
    return STOCK.newest(connection)


def since(connection: Connection, version: Version) -> Iterator[Told]:
    """All that was told after `version`; everything, for one of another life of this HQ."""
    after = STOCK.known_since(connection, version)
    return _counts(connection.execute(select(stock_told.c.id, stock_told.c.doc).where(stock_told.c.n > after)))


def delta_since(connection: Connection, signing_key: bytes, version: Version) -> tuple[FeedDelta, bytes]:
    """What brings a box from `version` to the newest one, signed, and its octets."""
    packed = pack_stock(since(connection, version))
    return STOCK.signed(signing_key, version, newest(connection), packed), packed


def _publish_part(connection: Connection, signing_key: bytes, now: int) -> FeedHead | None:
    with connection.begin():
        ids = list(connection.scalars(select(stock_pending.c.id).limit(MOST)))
        if not ids:
            return None
        changed = _changed(connection, ids)
        connection.execute(delete(stock_pending).where(among(stock_pending.c.id, ids)))
        if not changed:
            return STOCK.head(connection)
        return STOCK.enter(connection, {id_: {"doc": doc} for id_, doc in changed.items()}, signing_key, now)


def _changed(connection: Connection, ids: list[str]) -> dict[str, str]:
    """By id what stands there now, "" for what is no more; what was told already is left out."""
    held = select(article.c.id, article.c.doc).where(article.c.kind == "stock", among(article.c.id, ids))
    now = dict.fromkeys(ids, "") | {row.id: row.doc for row in connection.execute(held)}
    before = select(stock_told.c.id, stock_told.c.doc).where(among(stock_told.c.id, ids))
    said = {row.id: row.doc for row in connection.execute(before)}
    return {id_: doc for id_, doc in now.items() if said.get(id_, "") != doc}


def _counts(rows: Iterable[Any]) -> Iterator[Told]:
    return (_told(row.id, row.doc) for row in rows)


def _told(id_: str, doc: str) -> Told:
    if doc:
        return told(msgspec.json.decode(doc, type=Stock))
    sku, _, store = id_.rpartition("@")
    return sku, store, None, 0, ""


STOCK = TellingFeed(name=FEED, table=stock_told, pack=lambda rows: pack_stock(_counts(rows)))
