"""Where articles are, as HQ counts them this moment: in the store that asks, in its neighbours, on the web."""

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, select

from edge.domain.article import WEB, Stock, Store
from edge.domain.place import by_nearness
from hq.feeds.sources import values
from hq.store import tables

MOST = 40
"""Articles of one question: those of one product, sizes and colours."""
NEAR = 8
"""Neighbours whose counts are told."""
KEPT = 60.0
"""Seconds for which the list of stores is taken as known."""

Sku = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\x00]+$")]
"""PostgreSQL takes no NUL, not even to compare."""


class StockQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    skus: Annotated[list[Sku], msgspec.Meta(max_length=MOST)]


class Counts:
    """Answers "stock". Not thread-safe. `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stores: list[Store] = []
        self._until = now()

    def answer(self, connection: Connection, store: str, question: StockQuestion) -> dict[str, Any]:
        """`as_of` is when somebody counted, in milliseconds since 1970; what nobody counts is not listed."""
        near = [one.id for one in by_nearness(self._known(connection), store) if one.id != store][:NEAR]
        found = _counts(connection, question.skus, [store, *near, WEB])
        return {
            "stock": [{"sku": s.sku, "store": s.store, "quantity": max(0, s.quantity), "as_of": s.as_of} for s in found]
        }

    def _known(self, connection: Connection) -> list[Store]:
        if self._now() >= self._until:
            self._stores, self._until = list(values(connection, Store)), self._now() + KEPT
        return self._stores


def _told(count: Stock) -> dict[str, Any]:
    """Tills may have sold more than was counted: nobody is told less than none."""
    return {"sku": count.sku, "store": count.store, "quantity": max(0, count.quantity), "as_of": count.as_of}


def _counts(connection: Connection, skus: Sequence[str], stores: Sequence[str]) -> list[Stock]:
    """By the ids that `hq.importers` gives them: no more rows are read than can be told."""
    article = tables.article.c
    ids = [f"{sku}@{store}" for sku in dict.fromkeys(skus) for store in stores]
    query = select(article.doc).where(article.kind == "stock", article.id.in_(ids)).order_by(article.id)
    return [msgspec.json.decode(doc, type=Stock) for doc in connection.scalars(query)]
