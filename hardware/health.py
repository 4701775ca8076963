"""How a reader does: for the status page, `tote readers` and the screen that says when its reader rests."""

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

from hardware.scan import ReaderEvent

State = Literal["starting", "up", "down"]
MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class ReaderHealth:
    """Times are seconds since 1970."""

    name: str
    driver: str
    state: State = "starting"
    since: float = 0.0
    last_scan: float | None = None
    scans: int = 0
    per_minute: int = 0
    """Scans of the last sixty seconds."""
    failures: int = 0
    """How often the device failed or could not be opened."""
    error: str = ""


class Record:
    """Keeps a reader's health by its events; may be read and fed from any thread."""

    def __init__(self, name: str, driver: str) -> None:
        self._lock = threading.Lock()
        self._health = ReaderHealth(name=name, driver=driver, since=time.time())
        self._recent: deque[float] = deque()

    @property
    def health(self) -> ReaderHealth:
        with self._lock:
            self._forget(time.monotonic())
            return replace(self._health, per_minute=len(self._recent))

    def note(self, event: ReaderEvent) -> None:
        with self._lock:
            if event.kind == "scan":
                self._recent.append(time.monotonic())
                self._forget(self._recent[-1])
                self._health = replace(self._health, scans=self._health.scans + 1, last_scan=event.at)
            elif event.kind in ("up", "down"):
                self._health = replace(self._health, state=event.kind, since=event.at, error=event.error)

    def failed(self, error: str) -> None:
        """Once more, with what is wrong now."""
        with self._lock:
            self._health = replace(self._health, failures=self._health.failures + 1, error=error)

    def _forget(self, now: float) -> None:
        while self._recent and self._recent[0] < now - MINUTE:
            self._recent.popleft()
