"""Opening hours: the simple part of OpenStreetMap's `opening_hours`, as a shopper reads it, and whether it is open."""

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


def is_open(text: str, day: int, minute: int) -> bool | None:
    """On `day` of the week (Monday is 0) at `minute` of the day; None where `text` is not understood, or
    empty. A later rule takes the place of an earlier one about the same day; after midnight the day before counts."""
    rules = [_RULE.fullmatch(rule.strip()) for rule in text.strip().rstrip(";").split(";")]
    week: dict[int, list[tuple[int, int]]] = {}
    for rule in rules:
        if rule is None:
            return None
        spans = [_minutes(span) for span in re.split(", ?", rule["times"])]
        week |= dict.fromkeys(_numbers(rule["days"]), spans)
    return any(_within(minute, *span) for span in week.get(day, ())) or any(
        opens > closes and minute < closes for opens, closes in week.get((day - 1) % 7, ())
    )


def _numbers(days: str) -> list[int]:
    found: list[int] = []
    for part in re.split(", ?", days):
        first, last = DAYS.index(part[:2]), DAYS.index(part[-2:])
        found += [number % 7 for number in range(first, last + 1 + (7 if last < first else 0))]
    return found


def _minutes(span: str) -> tuple[int, int]:
    opens, closes = (int(hours) * 60 + int(minutes) for hours, minutes in re.findall(r"(\d+):(\d+)", span))
    return opens, closes


def _within(minute: int, opens: int, closes: int) -> bool:
    return opens <= minute < closes if opens <= closes else minute >= opens
