"""What holds for readings that come by HTTP: each counts once however often it is posted, and not too many come."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

REMEMBERED = 1000
"""Posts whose ids are kept: at the most a station may post, of the last three quarters of a minute; who posts gives up
after three seconds."""


class Once(Generic[T]):
    """Which posts have been applied, and what came of them. Not thread-safe."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[str, T] = OrderedDict()

    def do(self, name: str, what: Callable[[], T]) -> T:
        """What `what` gives, called at most once for `name`; one that raises has not been done. "" is always new."""
        if name and name in self._seen:
            return self._seen[name]
        done = what()
        if name:
            self._seen[name] = done
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return done


class Allowance:
    """`rate` a second on average, and up to `burst` at once. Not thread-safe."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at = burst, clock()

    def take(self) -> bool:
        """Whether one more may come now."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
