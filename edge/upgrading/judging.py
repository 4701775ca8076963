"""Whether the box that runs is well: store, outbox and web move, and every station's page comes."""

import time
from collections.abc import Callable, Sequence

from edge.systemd import well

PATIENCE = 300.0
"""Seconds within which a new release has to be well."""
STEADY, PAUSE = 5, 3.0
"""Looks in a row that must be good, and seconds between them: a box that keeps starting anew is well for moments."""


def comes_up(
    box: str,
    stations: Sequence[str],
    *,
    patience: float = PATIENCE,
    look: Callable[[str], bool] = well,
    now: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> bool:
    """`box` is its address on this machine."""
    ends, good = now() + patience, 0
    urls = [f"{box}/health/ready", *(f"{box}/s/{station}" for station in stations)]
    while now() < ends:
        good = good + 1 if all(look(url) for url in urls) else 0
        if good == STEADY:
            return True
        wait(PAUSE)
    return False
