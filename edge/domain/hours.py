"""Opening hours as a shopper reads them: the simple part of OpenStreetMap's `opening_hours`."""

import re
from collections.abc import Sequence

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = f"(?:{'|'.join(DAYS)})"
_DAYS = rf"{_DAY}(?:-{_DAY})?(?:, ?{_DAY}(?:-{_DAY})?)*"
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(rf"(?P<days>{_DAYS}) (?P<times>{_SPAN}(?:, ?{_SPAN})*)")


def opening_hours(text: str, days: Sequence[str]) -> str:
    """`days` are the names of the days from Monday on.

    "Mo-Sa 10:00-20:00; Su 11:00-18:00" is "Mon–Sat 10:00–20:00 · Sun 11:00–18:00". Days with their hours are
    understood; whatever says more (holidays, seasons, notes) stays as it is, since half of it would be wrong."""
    rules = [_RULE.fullmatch(rule.strip()) for rule in text.strip().rstrip(";").split(";")]
    read = [f"{_days(rule['days'], days)} {_spaced(rule['times'])}" for rule in rules if rule]
    return " · ".join(read) if len(read) == len(rules) else text


def _days(days: str, names: Sequence[str]) -> str:
    return re.sub(_DAY, lambda day: names[DAYS.index(day.group())], _spaced(days))


def _spaced(text: str) -> str:
    return re.sub(r", ?", ", ", text).replace("-", "–")
