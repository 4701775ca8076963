"""How a drain leaves room for the screens: it rests after each batch, in proportion to the work the batch was."""

from collections.abc import Callable
from time import monotonic

BUSY = 1.0
"""Seconds for which somebody who just did something at a screen or a reader is taken to go on."""
RESTS_BUSY, RESTS_IDLE = 4.0, 0.3
"""Rest, as a multiple of the work, while somebody is there and while nobody is."""
LONGEST = 0.1
"""Seconds of one rest, at most."""


class Pace:
    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._touched = -BUSY

    def touched(self) -> None:
        """Something was appended: somebody is there. From any thread."""
        self._touched = self._now()

    @property
    def busy(self) -> bool:
        return self._now() - self._touched < BUSY

    def rest(self, worked: float) -> float:
        """Seconds to rest after `worked` seconds of work."""
        return min(LONGEST, worked * (RESTS_BUSY if self.busy else RESTS_IDLE))
