"""How often somebody may call: buckets that fill by themselves. Each process counts for itself."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

MOST_KNOWN = 10_000
"""Callers that are remembered; whoever called longest ago is forgotten first, with a full bucket."""


class Limits:
    """`take` from any thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What is left, and when that was so."""
        self._lock = Lock()

    def take(self, caller: str, per_second: float, burst: float) -> bool:
        """Whether `caller` may call now. `burst` calls at once, then `per_second`."""
        now = self._clock()
        with self._lock:
            left, since = self._known.pop(caller, (burst, now))
            left = min(burst, left + (now - since) * per_second)
            self._known[caller] = (max(0.0, left - 1), now) if left >= 1 else (left, now)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
            return left >= 1
