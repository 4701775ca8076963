"""Work that nobody waits for: a thread at a time for each name, and of what was asked meanwhile only the latest."""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

Errand = Callable[[], None]
LONGEST = 1.5
"""Seconds that the end waits for what is under way."""


class Errands:
    """Thread-safe. An errand ends within about a second, or holds up those of its own name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        """Under way, by name."""
        self._next: dict[str, Errand] = {}
        self._ended = False

    def run(self, name: str, errand: Errand) -> None:
        """Returns at once. What waits under the same name is forgotten for it."""
        with self._lock:
            if self._ended:
                return
            self._next[name] = errand
            if name not in self._threads:
                self._threads[name] = threading.Thread(
                    target=self._go, args=(name,), name=f"errand-{name}", daemon=True
                )
                self._threads[name].start()

    def end(self) -> None:
        """Nothing begins any more; what is under way is waited for, since it may use what is closed next."""
        with self._lock:
            self._ended = True
            self._next.clear()
            under_way = list(self._threads.values())
        ends = time.monotonic() + LONGEST
        for thread in under_way:
            thread.join(max(0.0, ends - time.monotonic()))

    def _go(self, name: str) -> None:
        while errand := self._take(name):
            try:
                errand()
            except Exception:  # the shop goes on without; the next errand of this name may succeed
                log.exception("an errand (%s) failed", name)

    def _take(self, name: str) -> Errand | None:
        with self._lock:
            errand = self._next.pop(name, None)
            if errand is None:
                del self._threads[name]
            return errand
