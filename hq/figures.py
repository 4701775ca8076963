"""HQ's figures for Prometheus, asked of the database when Prometheus asks. No label holds anything of people."""

import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Select, func, select

from hq.service import Hq
from hq.store import tables

log, mail, feed_ring = tables.log.c, tables.mail.c, tables.feed_ring.c
STATES = ("queued", "sent", "failed", "dropped", "control")
"""Of mails and text messages; each is told, so that an alert can be made of it before the first one."""


class Figures:
    def __init__(self, hq: Hq, line_up: Callable[[], bool] | None = None) -> None:
        """`line_up` says whether the broker is there; None where HQ runs without a line."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_HqCollector(hq, line_up))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _HqCollector(Collector):
    def __init__(self, hq: Hq, line_up: Callable[[], bool] | None) -> None:
        self._hq, self._line_up = hq, line_up

    def describe(self) -> list[Any]:
        """Nothing is asked when it is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _by("tote_hq_info", "This HQ", {_release(): 1.0}, "version")
        if self._line_up:
            yield _one("tote_hq_line_up", "Whether the broker is there", self._line_up())
        free = shutil.disk_usage(self._hq.dir).free
        yield _one("tote_hq_disk_free_bytes", "Free where the data lies", free)
        yield _one("tote_hq_decisions_pending", "Decisions that the database could not take yet", len(self._hq.pending))
        with self._hq.reading() as connection:
            yield from _logs(connection)
            yield from _mails(connection)
            yield from _feeds(connection)


def _logs(connection: Connection) -> Iterator[GaugeMetricFamily]:
    sums = select(func.sum(log.mark), func.sum(log.mark - log.backed_up))
    events, exposed = connection.execute(sums).one()
    yield _one("tote_hq_events", "Events that HQ has taken in", events or 0)
    yield _one("tote_hq_events_not_backed_up", "Those that are in no verified backup", exposed or 0)
    kept = connection.scalar(select(func.count()).select_from(tables.quarantine))
    yield _one("tote_hq_quarantined", "Events that lie in quarantine", kept or 0)
    refused = connection.scalar(select(func.sum(tables.refusal.c.count)))
    yield _one("tote_hq_refused", "Batches and questions that were refused", refused or 0)
    heard = _seconds(connection, select(log.store, func.max(log.last_received)).group_by(log.store))
    yield _by("tote_hq_store_timestamp_seconds", "When a store was last heard", heard, "store")


def _mails(connection: Connection) -> Iterator[GaugeMetricFamily]:
    rows = connection.execute(select(mail.state, func.count()).group_by(mail.state))
    counted = {str(state): int(count) for state, count in rows}
    states = {state: float(counted.get(state, 0)) for state in (*STATES, *counted)}
    yield _by("tote_hq_mails", "Mails and text messages", states, "state")
    due = connection.scalar(select(func.min(mail.due)).where(mail.state == "queued"))
    yield _one(
        "tote_hq_mail_due_timestamp_seconds", "When the first that is queued is due, 0 for none", (due or 0) / 1000
    )


def _feeds(connection: Connection) -> Iterator[GaugeMetricFamily]:
    family = GaugeMetricFamily("tote_hq_feed_version_n", "The version that a ring is told of", labels=("feed", "ring"))
    for feed, ring, n in connection.execute(select(feed_ring.feed, feed_ring.ring, feed_ring.n)):
        family.add_metric((feed, ring), n)
    yield family
    built = tables.feed_version.c
    when = _seconds(connection, select(built.feed, func.max(built.built)).group_by(built.feed))
    yield _by("tote_hq_feed_timestamp_seconds", "When a feed's newest version was built", when, "feed")


def _seconds(connection: Connection, query: Select[Any]) -> dict[str, float]:
    return {name: at / 1000 for name, at in connection.execute(query)}


def _one(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=float(value))


def _by(name: str, what: str, values: dict[str, float], label: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=(label,))
    for value_of, value in values.items():
        family.add_metric((value_of,), value)
    return family


def _release() -> str:
    try:
        return version("tote")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
