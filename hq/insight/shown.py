"""Times as a page can show them: whatever a row holds, a calendar has a day for it."""

LATEST = 253_000_000_000_000
"""Milliseconds since 1970: in the year 9987, the last whole decade of calendars."""


def shown(at: int) -> int:
    """`at`, or the nearest time from 1970 on that can be written as a date in every time zone."""
    return max(0, min(at, LATEST))
