"""Amounts, ages and counts as people read them, in the language of the moment."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from babel.dates import format_datetime, format_skeleton, format_timedelta, get_day_names
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask import Flask
from flask_babel import get_locale

from edge.domain.hours import opening_hours
from edge.domain.money import Money, apart
from kiosk.parts import kiosk

TINTS = 4
"""Looks of the stand-in for a picture."""


def money(amount: Money) -> str:
    value = Decimal(amount.amount).scaleb(-get_currency_precision(amount.currency))
    return apart(str(format_currency(value, amount.currency, locale=get_locale())))


def initial(title: str, brand: str = "") -> str:
    """The letter or digit that stands for an article: of its name without the brand, which half a shelf begins with."""
    rest = title[len(brand) :] if brand and title.casefold().startswith(brand.casefold()) else title
    return next((sign for sign in (rest + title) if sign.isalnum()), "·").upper()[:1]


def tint(letter: str) -> int:
    return sum(letter.encode()) % TINTS


def number(value: float) -> str:
    return str(format_decimal(value, locale=get_locale()))


def age(as_of: int) -> str:
    """How long ago a time was (milliseconds since 1970): "2 minutes ago"."""
    seconds = min(-1, as_of / 1000 - datetime.now(UTC).timestamp())
    return str(
        format_timedelta(timedelta(seconds=seconds), granularity="minute", add_direction=True, locale=get_locale())
    )


def clock(as_of: int) -> str:
    """The time of day of milliseconds since 1970, by the box's own zone."""
    return str(format_datetime(datetime.fromtimestamp(as_of / 1000).astimezone(), "HH:mm", locale=get_locale()))


def hours(text: str) -> str:
    """Opening hours with the names of the days."""
    names = get_day_names("abbreviated", "stand-alone", locale=get_locale())
    return opening_hours(text, [str(names[day]) for day in range(7)])


def day(at: int) -> str:
    """The day of milliseconds since 1970, by the box's own zone: "3 December"."""
    return str(format_skeleton("MMMMd", datetime.fromtimestamp(at / 1000).astimezone(), locale=get_locale()))


def named(word: str) -> str:
    """A colour or category as the shop calls it in this language."""
    return kiosk().theme.named(word, get_locale().language)


def install(app: Flask) -> None:
    for filter_ in (money, number, age, clock, hours, day, named, initial, tint):
        app.jinja_env.filters[filter_.__name__] = filter_
