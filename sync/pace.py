"""How a drain leaves room for the screens: small batches, and a rest after each in proportion to the work it was."""

from collections.abc import Callable
from time import monotonic

BUSY = 1.0
"""Seconds for which somebody who just did something at a screen or a reader is taken to go on."""
RESTS_BUSY, RESTS_IDLE = 4.0, 0.3
"""Rest, as a multiple of the work, while somebody is there and while nobody is."""
SMALL = 64
"""Events in a batch while somebody is there: Python does one thing at a time, and about a millisecond of it is this."""
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

    @property
    def most(self) -> int | None:
        """Events that the next batch should have at most; None: as many as usual."""
        return SMALL if self.busy else None

    def rest(self, worked: float) -> float:
        """Seconds to rest after `worked` seconds of work."""
        return min(LONGEST, worked * (RESTS_BUSY if self.busy else RESTS_IDLE))
