"""The thread that tells HQ how the box is: every minute, and soon after something changed that somebody should see."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from edge.domain.box_state import BoxState
from sync import topics
from sync.codec import encode_report

log = logging.getLogger(__name__)

EVERY, LOOK = 60.0, 5.0
"""Seconds between reports, and between looks whether one is due before its time."""
Publish = Callable[..., bool]
"""As `sync.line.Line.publish`."""


class Reporter:
    """The broker keeps the latest for an HQ that comes later. While the line is down nothing is told or kept."""

    def __init__(
        self, store: str, state: Callable[[], BoxState], publish: Publish, *, now: Callable[[], int], look: float = LOOK
    ) -> None:
        """`now` is the box's clock in milliseconds since 1970."""
        self._store, self._state, self._publish, self._now, self._look = store, state, publish, now, look
        self._told: BoxState | None = None
        self._told_at = 0.0
        self._woken, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()
        self._thread.join(timeout=2)

    def line_up(self) -> None:
        """The broker may be another, or have forgotten. From any thread."""
        self._told = None
        self._woken.set()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self.tell()
            except Exception:
                log.exception("HQ could not be told how this box is; it is tried again")
            self._woken.wait(self._look)
            self._woken.clear()

    def tell(self) -> bool:
        """Whether something was told: it was time, or something changed."""
        state = self._state()
        told = self._told
        if told and monotonic() - self._told_at < EVERY and _noticed(told) == _noticed(state):
            return False
        payload = encode_report(self._store, self._now(), state)
        if not self._publish(topics.state(self._store), payload, retain=True):
            return False
        self._told, self._told_at = state, monotonic()
        return True


def _noticed(state: BoxState) -> object:
    """What is told at once when it changes; figures that change all the time wait for the minute."""
    readers = tuple((one.name, one.state) for one in state.readers)
    stations = tuple(
        (one.id, one.paired, one.away, one.locked, one.charging, one.seen is None) for one in state.stations
    )
    bare = replace(state, head=0, waiting=0, oldest_waiting=None, disk_free=None, temperature=None)
    return replace(bare, readers=(), stations=()), readers, stations
