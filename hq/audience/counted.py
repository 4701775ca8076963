"""Counts of the declared audiences, a few seconds old at most: many who look at them count them once."""

import time
from threading import Lock

from hq.audience import goods, judging
from hq.audience.judging import Counts
from hq.config_marketing import Audiences
from hq.service import Hq

FRESH = 10.0
"""Seconds."""


class Counted:
    """Safe from every thread: whoever comes while they are counted waits for that, and counts nothing."""

    def __init__(self, hq: Hq) -> None:
        self._hq, self._lock = hq, Lock()
        self._kept: dict[Audiences, tuple[float, Counts]] = {}

    def of(self, audience: Audiences) -> Counts:
        with self._lock:
            at, counts = self._kept.get(audience, (0.0, None))
            if counts is None or time.monotonic() - at > FRESH:
                goods.follow(self._hq)
                with self._hq.reading() as connection:
                    counts = judging.count(connection, audience, self._hq.config, self._hq.clock())
                self._kept[audience] = (time.monotonic(), counts)
            return counts
