"""Opening hours as a shopper reads them."""

from babel.dates import get_day_names

from edge.domain import hours


def opening_hours(text: str, language: str) -> str:
    """With the names that the days have in `language`."""
    names = get_day_names("abbreviated", "stand-alone", locale=language)
    return hours.opening_hours(text, [str(names[day]) for day in range(7)])
