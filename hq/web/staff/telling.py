"""Times as a colleague reads them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta


def ago(at: int, now: int) -> str:
    """ "3 minutes ago"; a clock that runs ahead is "just now"."""
    if now - at < 5_000:
        return "just now"
    return f"{format_timedelta(timedelta(milliseconds=now - at), locale='en', threshold=1.2)} ago"


def day(at: int, zone: str) -> str:
    return format_datetime(_local(at, zone), "d MMMM yyyy", locale="en")


def clock_time(at: int, zone: str) -> str:
    return format_datetime(_local(at, zone), "HH:mm:ss", locale="en")


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
