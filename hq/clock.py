"""Time and random ids, passed in wherever they are needed."""

import secrets
import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since 1970, UTC."""


def now() -> int:
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """128 random bits in hex, as every id of HQ's is."""
    return secrets.token_hex(16)
