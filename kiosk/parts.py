"""What the views share: the shop they call, how it looks, and the count of open streams."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from flask import abort, current_app

from edge.shop import Shop, Station
from kiosk.theme import Theme


class Streams:
    """Counts open event streams, so that they can never take the last thread of the server."""

    def __init__(self, most: int) -> None:
        self.most, self.taken, self._lock = most, 0, threading.Lock()
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def place(self) -> Iterator[bool]:
        """True within a free place, False where there is none."""
        taken = self._places.acquire(blocking=False)
        self._count(taken)
        try:
            yield taken
        finally:
            self._count(-taken)
            if taken:
                self._places.release()

    def _count(self, more: int) -> None:
        with self._lock:
            self.taken += more


class Watch(Protocol):
    """Answers for the box (`edge.watching`)."""

    token_file: str
    """Holds what others than this machine have to show for the figures; "" lets nobody else see them."""

    def stuck(self) -> list[str]:
        """The parts of the box that make no progress."""

    def figures(self) -> bytes:
        """In Prometheus's text format."""

    def painted(self, seconds: float) -> None:
        """A fragment was rendered for an open screen."""

    def refused(self, reason: str, address: str) -> None:
        """Somebody at `address` was refused; `reason` is one of few words."""


class Unwatched:
    token_file = ""

    def stuck(self) -> list[str]:
        return []

    def figures(self) -> bytes:
        return b""

    def painted(self, seconds: float) -> None:
        pass

    def refused(self, reason: str, address: str) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class Kiosk:
    shop: Shop
    theme: Theme
    stopping: threading.Event
    """Set when the server stops: every stream ends."""
    streams: Streams
    watch: Watch = field(default_factory=Unwatched)


def kiosk() -> Kiosk:
    """The parts of the application that answers the current request."""
    parts: Kiosk = current_app.extensions["kiosk"]
    return parts


def station_or_404(station: str) -> Station:
    known = kiosk().shop.stations.get(station)
    return known if known else abort(404)


def staff_or_404(station: str) -> Station:
    known = station_or_404(station)
    return known if known.kind == "staff" else abort(404)


def shoppers_or_404(station: str) -> Station:
    known = station_or_404(station)
    return known if known.kind != "staff" else abort(404)
