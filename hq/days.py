"""Days of which figures are sums: since 1970, UTC."""

DAY = 86_400_000
LAST_DAY = 253_000_000_000_000 // DAY
"""In the year 9987: a box may name any number as the time."""


def day_of(at: int) -> int:
    """`at` in milliseconds."""
    return max(0, min(at // DAY, LAST_DAY))
