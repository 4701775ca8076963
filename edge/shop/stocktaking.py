"""Counting: what is in the fields of the counting readers, or was counted by hand, becomes an event, and this store's
stock.

The numbers are absolute, so an event that HQ hears twice is harmless. Of what readers count only what changed is told,
and all of it again every few hours, so that the age of a count says when somebody last looked.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from edge.catalogue import Catalogue, Shelf
from edge.codes import resolve
from edge.domain.article import Stock
from edge.domain.counting import Reason, after
from edge.domain.events import ArticleCount, StockCounted
from edge.shop import counted
from edge.shop.errors import BoxFullError
from edge.shop.field import Field
from edge.shop.records import Records, Writing
from edge.shop.staffing import Session
from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

MOST = 200
"""Articles of one event."""
RENEW = 4 * 3_600_000
"""Milliseconds after which a count that did not change is told again."""


class Stocktaking:
    """Thread-safe. `changed` is called when a screen may show another number, `clock` is a monotonic one in seconds."""

    def __init__(
        self,
        readers: Iterable[str],
        store: str,
        records: Records,
        shelf: Shelf,
        *,
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._field, self._store = Field(readers), store
        self._records, self._shelf, self._changed = records, shelf, changed
        self._clock, self._lock = clock, threading.Lock()
        self._gtins: dict[bytes, str | None] = {}
        self._own = records.read(lambda db: counted.load(db, store))
        self._renewed = records.now()

    def hear(self, event: ReaderEvent) -> None:
        with self._lock:
            self._field.hear(event, self._clock())

    @property
    def own(self) -> Mapping[str, Stock]:
        """The last count of each article that this store counted, by SKU."""
        return self._own

    def over(self, counts: Iterable[Stock], skus: Iterable[str]) -> list[Stock]:
        """HQ's `counts` of `skus`, with this store's own where they are newer."""
        return counted.overlaid(counts, skus, self._own)

    def count(self) -> int:
        """Tell what changed, if it is time to. Returns the number of articles told. Call it every few seconds."""
        with self._lock:
            at, renew = self._clock(), self._records.now() - self._renewed >= RENEW
            if not (self._field.is_due(at) or (renew and self._field.sees_all(at))):
                return 0
            there = self._there(self._shelf.current())
            news = self._news(there, everything=renew)
            if news and not self._record(news):
                return 0  # the next look tries again
            self._field.told()
            self._renewed = self._records.now() if renew else self._renewed
        if news:
            self._changed()
        return len(news)

    def known(self, sku: str) -> int | None:
        """How many this store has, as far as this box knows; None where nobody counted."""
        counts = self.over(self._shelf.current().stock(sku), [sku])
        return next((count.quantity for count in counts if count.store == self._store), None)

    def correct(self, session: Session, reason: Reason, pieces: Callable[[Writing], Mapping[str, int]]) -> int:
        """Somebody counted so many `pieces` of each SKU, or so many came or went: told at once, in one transaction with
        what `pieces` does. Returns the number of articles; raises BoxFullError, or what `pieces` raises."""

        def tell(writing: Writing) -> list[Stock]:
            news = [
                Stock(
                    sku=sku,
                    store=self._store,
                    quantity=after(self.known(sku), number, reason),
                    as_of=writing.at,
                    source=counted.STAFF,
                )
                for sku, number in pieces(writing).items()
            ]
            _append(writing, news, staff=session.staff, station=session.station, reason=reason)
            return news

        with self._lock:
            news = self._records.write(tell)
            self._learn(news)
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
        at = self._records.now()
        by_radio = (sku for sku, count in self._own.items() if count.source == counted.RFID)
        wanted = sorted({*there, *by_radio})  # an article without tags is not gone because no reader sees it
        counts = [
            Stock(sku=sku, store=self._store, quantity=there[sku], as_of=at, source=counted.RFID) for sku in wanted
        ]
        return [one for one in counts if everything or self._is_news(one)]

    def _is_news(self, count: Stock) -> bool:
        known = self._own.get(count.sku)
        return known is None or known.quantity != count.quantity

    def _record(self, news: list[Stock]) -> bool:
        try:
            self._records.write(lambda writing: _append(writing, news))
        except BoxFullError:
            log.exception("what the readers counted could not be recorded")
            return False
        self._learn(news)
        return True

    def _learn(self, news: list[Stock]) -> None:
        self._own = {**self._own, **{count.sku: count for count in news}}


def _append(writing: Writing, news: list[Stock], **by: Any) -> None:
    """`by`: who counted by hand, where and why."""
    for first in range(0, len(news), MOST):
        part = news[first : first + MOST]
        counts = tuple(ArticleCount(sku=count.sku, quantity=count.quantity) for count in part)
        source: Literal["rfid", "staff"] = "staff" if by else "rfid"
        writing.append(StockCounted(source=source, counts=counts, **by), at=part[0].as_of)
    counted.save(writing.db, news)
