"""Batches on their way: how many, and when to give them up and send again."""

from collections import deque
from collections.abc import Callable
from random import Random

WINDOW = 12
"""Batches in flight: twice as many as HQ takes in at a time (`hq.intake`), so that meanwhile the next lie there."""
AT_LEAST = 1.5
"""Seconds for which an answer is always awaited."""
PATIENCE = 2.0
"""Seconds more, at most: drawn at random, so that boxes that lost HQ together don't come back together. Doubled each
time that nothing came, up to `LONGEST`."""
LONGEST = 60.0


class Flights:
    """The last event's number of each batch in flight, and one deadline for all of them."""

    def __init__(self, now: Callable[[], float], random: Random) -> None:
        self._now, self._random = now, random
        self._lasts: deque[int] = deque()
        self._patience = PATIENCE
        self._deadline: float | None = None

    def __len__(self) -> int:
        return len(self._lasts)

    def launch(self, last: int) -> None:
        self._lasts.append(last)
        if self._deadline is None:
            self._deadline = self._next_deadline()

    def land(self, n: int) -> bool:
        """An answer came: all up to event `n` has arrived, patience is whole again. False if nothing was awaited."""
        awaited = bool(self._lasts)
        while self._lasts and self._lasts[0] <= n:
            self._lasts.popleft()
        self._patience = PATIENCE
        self._deadline = self._next_deadline() if self._lasts else None
        return awaited

    def clear(self) -> None:
        self._lasts.clear()
        self._deadline = None

    def overdue(self) -> bool:
        """True once per deadline that passed: nothing is in flight any more, and the next answer is awaited longer."""
        if self._deadline is None or self._now() < self._deadline:
            return False
        self._patience = min(self._patience * 2, LONGEST)
        self.clear()
        return True

    def fresh(self) -> None:
        """A new connection: patience is whole again, nothing is in flight."""
        self._patience = PATIENCE
        self.clear()

    def wait(self) -> float | None:
        """Seconds until the deadline, None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - self._now())

    def _next_deadline(self) -> float:
        return self._now() + AT_LEAST + self._random.uniform(0, self._patience)
