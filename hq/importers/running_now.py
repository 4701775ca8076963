"""Whether a reduction counts at the moment of the import, as feeds date them."""

import re
from datetime import UTC, datetime, timedelta

FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%y", "%m/%d/%Y", "%m/%d/%y, %I:%M %p", "%b %d, %Y")
"""Beside ISO 8601: what the platforms write."""


def is_running(starts: str, ends: str, now: int) -> bool:
    """`now` in milliseconds since 1970. An end that is a mere day is in. What can't be read is no bound."""
    begin, end = _moment(starts), _moment(ends)
    at = datetime.fromtimestamp(now / 1000, UTC)
    if end is not None and not re.search(r"\d:\d", ends):
        end += timedelta(days=1)
    return (begin is None or begin <= at) and (end is None or at < end)


def is_running_within(interval: str, now: int) -> bool:
    """ "2026-11-01T00:00Z/2026-12-01T00:00Z", as Google and Meta write it; "" is always."""
    starts, _, ends = interval.partition("/")
    return is_running(starts.strip(), ends.strip(), now)


def _moment(text: str) -> datetime | None:
    if not text or text.startswith("0000"):
        return None
    for form in ("", *FORMS):
        try:
            found = datetime.strptime(text.strip(), form) if form else datetime.fromisoformat(text.strip())
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None
