"""Opening hours of other spellings as OpenStreetMap's `opening_hours`, which screens can say in every language."""

import re
from itertools import groupby

DAYS = {"mo": "Mo", "tu": "Tu", "we": "We", "th": "Th", "fr": "Fr", "sa": "Sa", "su": "Su"}
ORDER = list(DAYS.values())
RULE = re.compile(r"([A-Za-z]{2,9})\.?:\s*(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
"""A day with the hours of a twelve-hour clock that leaves out a.m. and p.m.: "Thurs: 10-9:30"."""
EARLIEST = 7
"""A shop that opens at 1 or 6 opens in the afternoon."""


def osm_hours(text: str) -> str:
    """ "Mon: 10-9; Tue: 10-9; Sun: 11-6" is "Mo-Tu 10:00-21:00; Su 11:00-18:00". What is not of this form altogether
    stays as it is: it may be the right one already, and half of it would be wrong."""
    rules = [RULE.fullmatch(part.strip()) for part in text.rstrip("; ").split(";")]
    read = [_day(rule) for rule in rules if rule]
    if len(read) < len(rules) or any(one is None for one in read) or len({one[0] for one in read if one}) < len(read):
        return text
    return "; ".join(_together(dict(one for one in read if one)))


def _day(rule: re.Match[str]) -> tuple[str, str] | None:
    name, opens, opens_at, closes, closes_at = rule.groups()
    day = DAYS.get(name[:2].lower())
    first, last = int(opens), int(closes)
    if day is None or first > 12 or not 1 <= last <= 12 or int(opens_at or 0) > 59 or int(closes_at or 0) > 59:
        return None
    first += 12 if 0 < first < EARLIEST else 0
    last += 12
    return day, f"{first:02}:{opens_at or '00'}-{last:02}:{closes_at or '00'}"


def _together(hours: dict[str, str]) -> list[str]:
    """Days that follow one another and have the same hours as one rule."""
    found = []
    for span, group in groupby(ORDER, key=lambda day: hours.get(day, "")):
        days = list(group)
        if span:
            found.append(f"{days[0]}-{days[-1]} {span}" if len(days) > 1 else f"{days[0]} {span}")
    return found
