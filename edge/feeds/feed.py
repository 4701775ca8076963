"""Heads of the feeds: which is this box's, what it may be used for, and what is said of those that are refused.

A version is used only when HQ's signature, the file's hash and the version inside the file agree and it is newer than
the one held; anything else is refused by name and the old version stays.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import requests

from edge.catalogue import CatalogueError, Shelf, Version
from edge.catalogue.stock import FEED as STOCK
from edge.domain.coupon import FEED as OFFERS
from edge.feeds.catalogue import Versions
from edge.feeds.fetching import Fetching, RefusedVersionError
from edge.feeds.offers import OfferFeed, OfferTaker
from edge.feeds.stock import StockFeed
from sync.codec import CodecError, FeedHead, decode_head, verify_head

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds before the n-th further attempt; the last one for ever."""
REMEMBERED, MOST_REMEMBERED = 600.0, 100
"""Seconds for which a head that was refused is not looked at again (every reconnect brings it), and how many such."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Whom the feed tells, on its own thread."""

    turned: Callable[[], None]
    """Another catalogue version is shown."""
    stocked: Callable[[frozenset[str]], None] = lambda skus: None
    """The counts of these SKUs changed."""
    refused: Callable[[str, str, str], None] = lambda feed, version, reason: None
    """A version ("1.812", "" where it can't be read) was refused."""


class CatalogueFeed:
    """`head(payload)` may be called from any thread; the work is done on a thread of its own, newest head first."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        hq_url: str,
        verify_key: bytes,
        told: Told,
        store: str = "",
        offers: OfferTaker | None = None,
        web: Callable[[], requests.Session] = requests.Session,
    ) -> None:
        """`store` is this box's, to know which rings it is in; `offers` keeps what is told of codes."""
        self._shelf, self._verify_key, self._told, self._store = shelf, verify_key, told, store
        self._stopping, self._changed = threading.Event(), threading.Condition()
        self._heads: dict[str, tuple[float, bytes]] = {}
        """The newest by topic, and when it is to be looked at."""
        self._problems: dict[str, str] = {}
        self._refused: dict[bytes, float] = {}
        self._latest: dict[str, bytes] = {}
        """The newest head of each topic, to be looked at once more."""
        self._again, self._fetched = False, threading.Event()
        self._fetching = Fetching(shelf.folder, hq_url, web, self._stopping.is_set)
        self._stock = StockFeed(shelf, self._fetching, verify_key, told.stocked)
        self._offers = OfferFeed(offers, self._fetching, verify_key) if offers else None
        self._versions = Versions(shelf, self._fetching, verify_key, self._stock)
        self._thread = threading.Thread(target=self._run, name="catalogue-feed", daemon=True)

    def start(self) -> None:
        self._fetching.sweep(parts=False)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping.set()
            self._changed.notify()
        self._thread.join(timeout=2)

    @property
    def problem(self) -> str:
        """Why what HQ announced is not shown; "" where it is."""
        return "; ".join(self._problems.values())

    def head(self, payload: bytes, topic: str = CATALOGUE) -> None:
        """A head came over the wire: of a feed ("stock"), or of a ring of it ("catalogue/canary")."""
        self._latest[topic] = payload
        self._wait_with(topic, payload, 0)

    def fetch_again(self, seconds: float) -> bool:
        """Fetches the version in use once more, whole, or the newer one that was refused or is waited for. Whether that
        came about within `seconds`; it goes on otherwise. From any thread but this object's own."""
        self._fetched.clear()
        self._refused, self._again = {}, True
        for topic, payload in self._latest.items():
            self._wait_with(topic, payload, 0)
        return self._fetched.wait(seconds)

    def _wait_with(self, topic: str, payload: bytes, pause: float) -> None:
        with self._changed:
            if pause and topic in self._heads:
                return  # a newer one came meanwhile
            self._heads[topic] = (time.monotonic() + pause, payload)
            self._changed.notify()

    def _run(self) -> None:
        failures = Counter[str]()
        while (waiting := self._next()) is not None:
            topic, payload = waiting
            try:
                self._take(topic, payload)
                failures[topic] = 0
            except (RefusedVersionError, CatalogueError, CodecError) as refusal:
                self._refuse(topic, payload, str(refusal))
            except Exception as error:  # the line, the disk: whatever it was, the version is still to be had
                if not self._stopping.is_set():
                    self._problems[_feed(topic)] = f"{_feed(topic)} not fetched yet: {error}"
                    log.warning("%s could not be fetched, another attempt follows: %s", topic, error)
                self._wait_with(topic, payload, PAUSES[min(failures[topic], len(PAUSES) - 1)])
                failures[topic] += 1

    def _next(self) -> tuple[str, bytes] | None:
        """A head whose time has come, the catalogue's before that of stock; None at the end."""
        with self._changed:
            while not self._stopping.is_set():
                now = time.monotonic()
                if due := [topic for topic, (when, _) in self._heads.items() if when <= now]:
                    return min(due), self._heads.pop(min(due))[1]
                times = [when for when, _ in self._heads.values()]
                self._changed.wait(timeout=min(times) - now if times else None)
        return None

    def _refuse(self, topic: str, payload: bytes, reason: str) -> None:
        self._problems[_feed(topic)] = reason
        log.error("a version of %s is refused, the present one stays: %s", topic, reason)
        self._refused = {head: at for head, at in self._refused.items() if time.monotonic() - at < REMEMBERED}
        self._refused[payload] = time.monotonic()
        if len(self._refused) > MOST_REMEMBERED:
            del self._refused[next(iter(self._refused))]
        self._told.refused(_feed(topic), _version_in(payload), reason)

    def _take(self, topic: str, payload: bytes) -> None:
        if not payload or time.monotonic() - self._refused.get(payload, -REMEMBERED) < REMEMBERED:
            return  # nobody is told just now; or it was refused a moment ago
        name, ring = _feed(topic), topic.partition("/")[2]
        head = decode_head(payload)
        if name not in (CATALOGUE, STOCK, OFFERS) or (ring and self._store not in (head.stores or ())):
            return
        verify_head(self._verify_key, head)
        if head.feed != name:
            raise RefusedVersionError(f"a head of {head.feed} came as one of {name}")
        if name == STOCK:
            self._stock.take(head)
        elif name == CATALOGUE:
            self._turn(head)
        elif self._offers:
            self._offers.take(head)
        self._problems.pop(name, None)

    def _turn(self, head: FeedHead) -> None:
        version, held = Version(head.epoch, head.n), self._shelf.version
        if version < held and not (head.newest and Version(*head.newest) >= held):
            raise RefusedVersionError(f"{version} is older than {held}, which is in use")
        if version < held or (version == held and not self._again):
            return
        before = self._shelf.current()
        try:
            take = self._versions.take_again if version == held else self._versions.take
            take(head)
        finally:
            if self._shelf.current() is not before:
                self._again = False
                self._fetched.set()
                self._told.turned()
        if self._versions.refused:
            self._told.refused(CATALOGUE, f"{head.epoch}.{head.n}", self._versions.refused)


def _feed(topic: str) -> str:
    return topic.partition("/")[0]


def _version_in(payload: bytes) -> str:
    try:
        head = decode_head(payload)
    except CodecError:
        return ""
    return f"{head.epoch}.{head.n}"
