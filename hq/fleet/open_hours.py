"""Whether a store is open, and has been for a while: what rests at night is no alarm."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from edge.domain.article import Store
from edge.domain.hours import is_open

DAILY = "Mo-Su "


def open_for(store: Store | None, minutes: int, now: int, *, usual: str, zone: str) -> bool:
    """Whether it is open at `now` (ms since 1970) and was `minutes` before. `usual` ("08:00-20:00", "" is always) and
    `zone` are for stores whose own hours and time zone are not known, or not understood."""
    where = ZoneInfo(store.time_zone if store and store.time_zone else zone)
    at = datetime.fromtimestamp(now / 1000, UTC)
    hours = store.hours if store else ""
    return all(_open(hours, usual, moment.astimezone(where)) for moment in (at, at - timedelta(minutes=minutes)))


def _open(hours: str, usual: str, at: datetime) -> bool:
    day, minute = at.weekday(), at.hour * 60 + at.minute
    known = is_open(hours, day, minute) if hours else None
    if known is None and usual:
        known = is_open(DAILY + usual, day, minute)
    return True if known is None else known
