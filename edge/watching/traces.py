"""One id that follows a scan from its reader to HQ's receipt, as a field of every log line on its way."""

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from edge.logs import current
from edge.shop.screens import Screen
from edge.watching.measures import outcome
from hardware.scan import Scan
from sync.codec import Receipt

log = logging.getLogger(__name__)

MOST = 10_000
"""Scans that wait for their receipt and are still followed: of a line that is down for days, the latest."""


@dataclass(frozen=True)
class _Waiting:
    log: str
    n: int
    scan: str
    since: float


class Traces:
    """Thread-safe. What was scanned is nowhere told: a code may be somebody's card."""

    def __init__(self) -> None:
        self._lock, self._waiting = threading.Lock(), deque[_Waiting](maxlen=MOST)

    @contextmanager
    def following(self, station: str, scan: Scan) -> Iterator[None]:
        """Inside, the scan is this thread's."""
        token = current.set(secrets.token_hex(8))
        log.info(
            "a reader read something", extra={"station": station, "reader": scan.reader, "symbology": scan.symbology}
        )
        try:
            yield
        finally:
            current.reset(token)

    def answered(self, screen: Screen, seconds: float) -> None:
        log.info("the scan is answered", extra={"outcome": outcome(screen), "ms": round(seconds * 1000, 1)})

    def recorded(self, position: Callable[[], tuple[str, int]]) -> None:
        """Events were committed, and `position` says up to which number of which log; it is asked only where this
        thread works on a scan."""
        scan = current.get()
        if not scan:
            return
        log_id, n = position()
        with self._lock:
            self._waiting.append(_Waiting(log_id, n, scan, time.monotonic()))
        log.info("the scan is recorded", extra={"log": log_id, "n": n})

    def receipted(self, receipt: Receipt) -> None:
        with self._lock:
            done = [one for one in self._waiting if one.log == receipt.log and one.n <= receipt.n]
            for one in done:
                self._waiting.remove(one)
        for one in done:
            ms = round((time.monotonic() - one.since) * 1000, 1)
            log.info("HQ has the scan", extra={"scan": one.scan, "log": one.log, "n": one.n, "ms": ms})
