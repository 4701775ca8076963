"""Ids of what a box records: drawn at random, and in the order of their making.

HQ finds an event by its id in an index of all events. Where ids are random from the first digit on, every event of a
batch changes another page of that index, and a commit writes them all; where they begin with the time, a batch
changes a few (`docs/adr/0007-ids-begin-with-the-time.md`). A wrong clock costs that gain and nothing else: order comes
from numbers.
"""

import secrets

TIME_DIGITS = 12
"""Of 32 hex digits; the other 20 are 80 random bits."""


def new_id(at: int) -> str:
    """32 hex digits, of which the first 12 are `at`, milliseconds since 1970, as far as a clock can be believed."""
    return f"{max(at, 0) % 16**TIME_DIGITS:0{TIME_DIGITS}x}{secrets.token_hex(10)}"
