"""What is counted while the box runs. No label holds what somebody typed or scanned."""

from collections.abc import Collection

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.registry import Collector

from edge.shop.screens import Screen, Unknown
from hardware.scan import Scan
from sync.codec import Receipt

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: a person notices from about a tenth on."""
ELSEWHERE = "other"
"""Readers that are not in the settings: they name themselves, and a name that anybody may choose is no label."""


class Measures:
    """Thread-safe. A registry of its own, so that several boxes may run in one process."""

    def __init__(self, readers: Collection[str] = ()) -> None:
        """`readers` are those of the settings."""
        self._readers = frozenset(readers)
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._scans = Counter(
            "tote_scans", "Scans by reader and what they led to", ("reader", "outcome"), registry=registry
        )
        self._answered = _seconds("tote_scan_seconds", "From a reader's word to the committed answer", registry)
        self._committed = _seconds("tote_commit_seconds", "A transaction of the store, with its sync", registry)
        self._painted = _seconds("tote_paint_seconds", "A screen made into the fragment that is pushed", registry)
        self._found = _seconds("tote_search_seconds", "A search of the catalogue", registry)
        self._receipts = Counter("tote_receipts", "Receipts of HQ that were believed", registry=registry)
        self._receipt = Gauge("tote_receipt_timestamp_seconds", "When the last receipt came", registry=registry)
        self._skew = Gauge(
            "tote_clock_skew_seconds", "The box's clock less HQ's, at the last receipt", registry=registry
        )
        self._refused = Counter("tote_refused", "Requests refused, by reason", ("reason",), registry=registry)
        self._turned = Gauge(
            "tote_feed_timestamp_seconds", "When something of a feed last took effect", ("feed",), registry=registry
        )

    def ask_also(self, collector: Collector) -> None:
        """Is asked for more at each exposition."""
        self.registry.register(collector)

    def scanned(self, scan: Scan, screen: Screen, seconds: float) -> None:
        reader = scan.reader if scan.reader in self._readers else ELSEWHERE
        self._scans.labels(reader, outcome(screen)).inc()
        self._answered.observe(seconds)

    def found(self, seconds: float) -> None:
        self._found.observe(seconds)

    def painted(self, seconds: float) -> None:
        self._painted.observe(seconds)

    def committed(self, seconds: float) -> None:
        self._committed.observe(seconds)

    def receipted(self, receipt: Receipt, now: float) -> None:
        """`now` in seconds since 1970, by the box's clock."""
        self._receipts.inc()
        self._receipt.set(now)
        if receipt.at:  # an old HQ does not say
            self._skew.set(now - receipt.at / 1000)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def turned(self, feed: str, now: float) -> None:
        self._turned.labels(feed).set(now)


def outcome(screen: Screen) -> str:
    """What a scan led to, in a word: "article", or why it led to none."""
    return screen.reason if isinstance(screen, Unknown) else str(screen.__struct_config__.tag)


def _seconds(name: str, what: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(name, what, buckets=FAST, registry=registry)
