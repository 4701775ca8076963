"""How many a second: a bucket that fills at a steady rate."""

import time
from collections.abc import Callable


class Allowance:
    """`rate` a second on average, and up to `burst` at once. Not thread-safe. `now` is a monotonic clock in seconds."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        self._left, self._at = burst, now()

    def take(self) -> bool:
        """Whether one more may come now."""
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
