"""How long a PIN can't be tried after it was wrong too often (NIST SP 800-63B 5.2.2 asks for such a limit)."""

FREE = 5
"""Wrong tries in a row before the first lock."""
FIRST, LONGEST = 5 * 60_000, 8 * 3_600_000
"""Milliseconds of the first lock; each further wrong try doubles it, up to the longest."""


def length(failures: int) -> int:
    """Milliseconds that so many wrong tries in a row lock for."""
    return min(FIRST << min(failures - FREE, 20), LONGEST) if failures >= FREE else 0


def left(failures: int, until: int, now: int) -> int:
    """Milliseconds until it may be tried again. A clock that was set back, as of a box without a battery that starts
    without a line, neither ends a lock nor makes it longer than it was."""
    return min(max(0, until - now), length(failures))
