"""What was refused is told to the log, and no sender can fill the log with it."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from sync.allowance import Allowance

log = logging.getLogger(__name__)

AGAIN = 60.0
"""Seconds after which the same is told again of the same address, with how often it came meanwhile."""
RATE, BURST = 0.5, 20
"""Lines a second, whoever sends: an attacker may have as many addresses as there are."""
REMEMBERED = 1000
"""Pairs of reason and address."""


class Refusals:
    """Thread-safe. `counted(reason)` hears of every single one."""

    def __init__(
        self, counted: Callable[[str], None] = lambda reason: None, now: Callable[[], float] = monotonic
    ) -> None:
        """`now` is a monotonic clock in seconds."""
        self._counted, self._now, self._lock = counted, now, threading.Lock()
        self._allowance = Allowance(RATE, BURST, now)
        self._told: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def note(self, reason: str, address: str) -> None:
        """`reason` is one of few words, as "foreign-host"; `address` is the sender's."""
        self._counted(reason)
        with self._lock:
            since = self._due(reason, address)
        if since is not None:
            log.warning("refused: %s, from %s%s", reason, address, f" ({since} more in between)" if since else "")

    def _due(self, reason: str, address: str) -> int | None:
        """How many came since the last line, where one is due now."""
        now, known = self._now(), self._told.pop((reason, address), None)
        at, since = known or (float("-inf"), 0)
        due = now - at >= AGAIN and self._allowance.take()
        self._told[reason, address] = (now, 0) if due else (at, since + 1)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return since if due else None
