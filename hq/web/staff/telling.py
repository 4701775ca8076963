"""Times and identities as a colleague reads them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

IDENTITIES = {
    "mail": "a mail address",
    "cookie": "a browser cookie",
    "phone": "a phone number",
    "card": "a customer card",
    "tag": "a tag",
    "customer": "a customer number",
}


def known_by(kinds: Iterable[str]) -> str:
    """ "a mail address and a browser cookie"; "" of none."""
    *others, last = [IDENTITIES.get(kind, kind) for kind in dict.fromkeys(kinds)] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def ago(at: int, now: int) -> str:
    """ "3 minutes ago"; a clock that runs ahead is "just now"."""
    if now - at < 5_000:
        return "just now"
    return f"{format_timedelta(timedelta(milliseconds=now - at), locale='en', threshold=1.2)} ago"


def age(ms: int) -> str:
    """ "3 minutes"."""
    return format_timedelta(timedelta(milliseconds=ms), locale="en", threshold=1.2)


def day(at: int, zone: str) -> str:
    return format_datetime(_local(at, zone), "d MMMM yyyy", locale="en")


def clock_time(at: int, zone: str) -> str:
    return format_datetime(_local(at, zone), "HH:mm:ss", locale="en")


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
