"""Waiting for what a thread of HQ does."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Returns as soon as `true` says so; fails after `seconds`, which a busy machine may need."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)
