"""Counting by radio: what is in the fields of the counting readers becomes an event, and this store's stock.

The numbers are absolute, so an event that HQ hears twice is harmless; only what changed is told, and all of it again
every few hours, so that the age of a count says when somebody last looked.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable

import sqlite_utils

from edge.catalogue import Catalogue, Shelf
from edge.codes import resolve
from edge.domain.article import Stock
from edge.domain.events import ArticleCount, StockCounted
from edge.shop import counted
from edge.shop.field import Field
from edge.store import Database, EventLog, StorageError
from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

MOST = 200
"""Articles of one event."""
RENEW = 4 * 3_600_000
"""Milliseconds after which a count that did not change is told again."""


class Stocktaking:
    """Thread-safe. `now` is the wall clock in milliseconds, `new_id` draws 32 hex digits; `appended` is called after
    events, `changed` when a screen may show another number."""

    def __init__(
        self,
        readers: Iterable[str],
        store: str,
        database: Database,
        event_log: EventLog,
        shelf: Shelf,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
        appended: Callable[[], None],
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._field, self._store = Field(readers), store
        self._database, self._log, self._shelf = database, event_log, shelf
        self._now, self._new_id, self._appended, self._changed = now, new_id, appended, changed
        self._clock, self._lock = clock, threading.Lock()
        self._gtins: dict[bytes, str | None] = {}
        self._own = database.read(lambda db: counted.load(db, store))
        self._renewed = now()

    def hear(self, event: ReaderEvent) -> None:
        with self._lock:
            self._field.hear(event, self._clock())

    def over(self, counts: Iterable[Stock], skus: Iterable[str]) -> list[Stock]:
        """HQ's `counts` of `skus`, with this store's own where they are newer."""
        return counted.overlaid(counts, skus, self._own)

    def count(self) -> int:
        """Tell what changed, if it is time to. Returns the number of articles told. Call it every few seconds."""
        with self._lock:
            at, renew = self._clock(), self._now() - self._renewed >= RENEW
            if not (self._field.is_due(at) or (renew and self._field.sees_all(at))):
                return 0
            there = self._there(self._shelf.current())
            news = self._news(there, everything=renew)
            if news and not self._record(news):
                return 0  # the next look tries again
            self._field.told()
            self._renewed = self._now() if renew else self._renewed
        if news:
            self._appended()
            self._changed()
        return len(news)

    def _there(self, catalogue: Catalogue) -> Counter[str]:
        """How many of each article are in the fields, by SKU; tags of nothing that is sold here count for nothing."""
        by_gtin = Counter(gtin for gtin in map(self._gtin, self._field.tags()) if gtin)
        found = Counter[str]()
        for gtin, quantity in by_gtin.items():
            if variant := catalogue.by_gtin(gtin):
                found[variant.sku] += quantity
        return found

    def _gtin(self, epc: bytes) -> str | None:
        if epc not in self._gtins:
            if len(self._gtins) > 100_000:
                self._gtins.clear()
            self._gtins[epc] = resolve(epc.hex().upper(), "epc").gtin
        return self._gtins[epc]

    def _news(self, there: Counter[str], *, everything: bool) -> list[Stock]:
        """What was counted before and is not there any more is counted too: none."""
        at = self._now()
        wanted = sorted({*there, *self._own})
        counts = [
            Stock(sku=sku, store=self._store, quantity=there[sku], as_of=at, source=counted.RFID) for sku in wanted
        ]
        return [one for one in counts if everything or self._is_news(one)]

    def _is_news(self, count: Stock) -> bool:
        known = self._own.get(count.sku)
        return known is None or known.quantity != count.quantity

    def _record(self, news: list[Stock]) -> bool:
        try:
            self._database.write(lambda db: self._append(db, news))
        except StorageError:
            log.exception("what the readers counted could not be recorded")
            return False
        self._own = {**self._own, **{count.sku: count for count in news}}
        return True

    def _append(self, db: sqlite_utils.Database, news: list[Stock]) -> None:
        for first in range(0, len(news), MOST):
            part = news[first : first + MOST]
            counts = tuple(ArticleCount(sku=count.sku, quantity=count.quantity) for count in part)
            event = StockCounted(source="rfid", counts=counts)
            self._log.append(db, event, event_id=self._new_id(), at=part[0].as_of)
        counted.save(db, news)
