"""The stock feed: what changed since a version, small enough for the wire, without a new catalogue file.

A trigger of `article` enters each count that changes into `stock_pending`; a version of the feed tells what lies there.
`stock_told` keeps what was told last and by which version, so that any box can be told all it lacks at once.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from edge.catalogue import Version
from edge.catalogue.stock import FEED, Told, pack_stock, told
from edge.domain.article import Stock
from hq.store.insert import put
from hq.store.many import among
from hq.store.tables import article, feed_version, setting, stock_pending, stock_told
from sync.codec import FeedDelta, FeedHead, encode_head, sign_delta, sign_head

MOST = 50_000
"""Counts of one version: a write transaction of about a second."""
REACH = 16
"""Versions back that a head's own delta reaches, where it stays small: a box that missed a few needs not ask."""
INLINE = 16 * 1024
"""Octets of a delta that travels in the head."""
URL = f"/feeds/{FEED}"


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
    v = feed_version.c
    row = connection.execute(select(v.epoch, v.n).where(v.feed == FEED).order_by(v.epoch.desc(), v.n.desc())).first()
    return Version(row.epoch, row.n) if row else Version(0, 0)


def since(connection: Connection, version: Version) -> Iterator[Told]:
    """All that was told after `version`; everything, for one of another life of this HQ."""
    after = version.n if version.epoch == newest(connection).epoch else 0
    return _rows(connection, select(stock_told.c.id, stock_told.c.doc).where(stock_told.c.n > after))


def delta_since(connection: Connection, signing_key: bytes, version: Version) -> tuple[FeedDelta, bytes]:
    """What brings a box from `version` to the newest one, signed, and its octets."""
    packed = pack_stock(since(connection, version))
    return _signed(signing_key, version, newest(connection), packed), packed


def _publish_part(connection: Connection, signing_key: bytes, now: int) -> FeedHead | None:
    with connection.begin():
        ids = list(connection.scalars(select(stock_pending.c.id).limit(MOST)))
        if not ids:
            return None
        changed = _changed(connection, ids)
        connection.execute(delete(stock_pending).where(among(stock_pending.c.id, ids)))
        return _enter(connection, changed, signing_key, now) if changed else _head(connection)


def _changed(connection: Connection, ids: list[str]) -> dict[str, str]:
    """By id what stands there now, "" for what is no more; what was told already is left out."""
    held = select(article.c.id, article.c.doc).where(article.c.kind == "stock", among(article.c.id, ids))
    now = dict.fromkeys(ids, "") | {row.id: row.doc for row in connection.execute(held)}
    before = select(stock_told.c.id, stock_told.c.doc).where(among(stock_told.c.id, ids))
    said = {row.id: row.doc for row in connection.execute(before)}
    return {id_: doc for id_, doc in now.items() if said.get(id_, "") != doc}


def _enter(connection: Connection, changed: dict[str, str], signing_key: bytes, now: int) -> FeedHead:
    version = _next(connection)
    for id_, doc in changed.items():
        put(connection, stock_told, {"id": id_, "n": version.n, "doc": doc})
    head = FeedHead(feed=FEED, epoch=version.epoch, n=version.n, url=URL, size=0, sha256=sha256(b"").hexdigest())
    signed = msgspec.structs.replace(sign_head(signing_key, head), deltas=(_latest(connection, signing_key, version),))
    connection.execute(delete(feed_version).where(feed_version.c.feed == FEED))  # what it told stays in `stock_told`
    row = {"feed": FEED, "epoch": version.epoch, "n": version.n, "file": "", "built": now, "changed": len(changed)}
    connection.execute(insert(feed_version).values(**row, head=encode_head(signed), note=""))
    return signed


def _head(connection: Connection) -> FeedHead | None:
    head = connection.scalar(select(feed_version.c.head).where(feed_version.c.feed == FEED))
    return msgspec.json.decode(head, type=FeedHead) if head else None


def _next(connection: Connection) -> Version:
    epoch = int(connection.scalar(select(setting.c.value).where(setting.c.key == "epoch")) or 1)
    before = newest(connection)
    if before.epoch != epoch:  # a restored HQ counts on from what it told: nothing is told under a number twice
        return Version(epoch, int(connection.scalar(select(func.max(stock_told.c.n))) or 0) + 1)
    return Version(epoch, before.n + 1)


def _latest(connection: Connection, signing_key: bytes, version: Version) -> FeedDelta:
    """From as far back as stays small, or the last step, whose octets a box has to ask for where they are many."""
    for back in (REACH, 1):
        begins = Version(version.epoch, max(0, version.n - back))
        query = select(stock_told.c.id, stock_told.c.doc).where(stock_told.c.n > begins.n)
        packed = pack_stock(_rows(connection, query))
        if len(packed) <= INLINE:
            return msgspec.structs.replace(_signed(signing_key, begins, version, packed), data=packed)
    return _signed(signing_key, begins, version, packed)


def _rows(connection: Connection, query: Any) -> Iterator[Told]:
    return (_told(row.id, row.doc) for row in connection.execute(query))


def _signed(signing_key: bytes, begins: Version, version: Version, packed: bytes) -> FeedDelta:
    delta = FeedDelta(
        feed=FEED,
        since_epoch=begins.epoch,
        since_n=begins.n,
        epoch=version.epoch,
        n=version.n,
        size=len(packed),
        sha256=sha256(packed).hexdigest(),
        url=URL,
    )
    return sign_delta(signing_key, delta)


def _told(id_: str, doc: str) -> Told:
    if doc:
        return told(msgspec.json.decode(doc, type=Stock))
    sku, _, store = id_.rpartition("@")
    return sku, store, None, 0, ""
