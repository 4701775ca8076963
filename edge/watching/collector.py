"""What is asked when Prometheus asks: the state of the log, the line, feeds, readers, screens and the machine."""

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from edge.catalogue import Version
from edge.shop.status import Status
from edge.watching import machine
from hardware.health import ReaderHealth

Family = GaugeMetricFamily | CounterMetricFamily


class BoxCollector(Collector):
    def __init__(
        self,
        folder: Path,
        *,
        status: Callable[[], Status],
        stock: Callable[[], Version],
        streams: Callable[[], tuple[int, int]],
        now: Callable[[], float],
        floor: Callable[[], float],
    ) -> None:
        """`stock` is up to where counts of the stock feed reach, `streams` how many screens are open and may be; `now`
        the box's clock and `floor` what it can't be earlier than, in seconds since 1970."""
        self._folder, self._status, self._stock, self._streams = folder, status, stock, streams
        self._now, self._floor = now, floor

    def describe(self) -> list[Any]:
        """Nothing is asked when it is registered."""
        return []

    def collect(self) -> Iterator[Family]:
        status = self._status()
        yield _gauge("tote_info", "This box", 1, store=status.store, version=release())
        yield from self._log(status)
        yield from self._feeds(status)
        yield from _readers(status)
        yield from self._screens()
        yield from self._machine()

    def _log(self, status: Status) -> Iterator[Family]:
        yield _gauge("tote_line_up", "Whether the line to HQ is up", status.line_up)
        yield _gauge("tote_trouble", "Whether something beside the line keeps events from HQ", status.trouble != "")
        yield _gauge("tote_events", "Number of the last event of the log", status.head)
        yield _gauge("tote_outbox_events", "Events that HQ has not confirmed", status.waiting)
        oldest = status.oldest_waiting_ms
        waited = max(0.0, self._now() - oldest / 1000) if oldest else 0.0
        yield _gauge("tote_outbox_oldest_seconds", "Age of the oldest of them, 0 without any", waited)

    def _feeds(self, status: Status) -> Iterator[Family]:
        versions = {"catalogue": status.catalogue, "stock": self._stock()}
        for name, words in (("epoch", "Epoch"), ("n", "Number within its epoch")):
            family = GaugeMetricFamily(f"tote_feed_version_{name}", f"{words} of the version in use", labels=("feed",))
            for feed, held in versions.items():
                family.add_metric((feed,), getattr(held, name))
            yield family
        yield _gauge("tote_feed_refused", "Whether what HQ announced is not shown, or not yet", status.refused != "")

    def _screens(self) -> Iterator[Family]:
        taken, most = self._streams()
        yield _gauge("tote_streams", "Screens that are open", taken)
        yield _gauge("tote_streams_limit", "Screens that may be open", most)

    def _machine(self) -> Iterator[Family]:
        yield _gauge("tote_disk_free_bytes", "Free where the data lies", machine.free(self._folder))
        files = GaugeMetricFamily("tote_store_bytes", "Size of the store's files", labels=("file",))
        for name, suffix in (("database", ""), ("wal", "-wal")):
            files.add_metric((name,), machine.octets(self._folder / f"store.db{suffix}"))
        yield files
        degrees = machine.temperature()
        if degrees is not None:
            yield _gauge("tote_temperature_celsius", "Of the hottest part that tells it", degrees)
        if (was_set := machine.clock_was_set()) is not None:
            yield _gauge("tote_clock_synchronised", "Whether a time server has set the clock since the start", was_set)
        behind = self._now() < self._floor()
        yield _gauge("tote_clock_behind", "Whether the clock is earlier than what has certainly passed", behind)


def _readers(status: Status) -> Iterator[Family]:
    labels = ("reader", "driver")
    up = GaugeMetricFamily("tote_reader_up", "Whether a reader is there and works", labels=labels)
    failures = CounterMetricFamily("tote_reader_failures", "How often it failed or could not be opened", labels=labels)
    last = GaugeMetricFamily("tote_reader_scan_timestamp_seconds", "When it read something last", labels=labels)
    for reader in status.readers:
        named = (reader.name, reader.driver)
        up.add_metric(named, reader.state == "up")
        failures.add_metric(named, reader.failures)
        _last(last, named, reader)
    yield from (up, failures, last)


def _last(family: GaugeMetricFamily, named: tuple[str, str], reader: ReaderHealth) -> None:
    if reader.last_scan is not None:
        family.add_metric(named, reader.last_scan)


def _gauge(name: str, what: str, value: float, **labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=tuple(labels))
    family.add_metric(tuple(labels.values()), float(value))
    return family


def release() -> str:
    try:
        return version("tote")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
