"""Money, time and languages as a shopper of one language reads them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_currency, get_currency_precision

from edge.domain.money import Money, apart

EUROPEAN = {"en": "en_150"}
"""Where a language's own dates are America's: the shops, and their 24 hours, are here."""


def money(amount: Money, language: str) -> str:
    """Money(12995, "EUR") is "€129.95" in English and "129,95 €" in German, unbroken at its space."""
    whole = amount.amount / 10 ** get_currency_precision(amount.currency)
    return apart(format_currency(whole, amount.currency, locale=language)).replace(" ", "\N{NO-BREAK SPACE}")


def sums(totals: Iterable[Money], language: str) -> str:
    """One amount for each currency: "€129.95 + £20.00"; "–" for none."""
    return " + ".join(money(total, language) for total in totals) or "–"


def moment(at: int, language: str, zone: str = "UTC") -> str:
    """`at` in milliseconds since 1970: "3 November, 14:05", each part as the language writes it."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    locale = EUROPEAN.get(language, language)
    return ", ".join(format_skeleton(part, local, locale=locale) for part in ("MMMMd", "Hm"))


def span(begins: int, ends: int, language: str, zone: str) -> str:
    """ "Thursday 10 December, 18:00–20:00", of two times in milliseconds since 1970; with both days where it ends on
    another."""
    first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)) for at in (begins, ends))
    locale = EUROPEAN.get(language, language)
    day, start, end = (
        format_skeleton(part, at, locale=locale) for part, at in (("EEEEMMMMd", first), ("Hm", first), ("Hm", last))
    )
    if first.date() != last.date():
        end = f" {format_skeleton('MMMMd', last, locale=locale)}, {end}"
    return f"{day}, {start}–{end}"


def dated(at: int, language: str, zone: str = "UTC") -> str:
    """As `moment`, with the year: for what may be years ago."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    locale = EUROPEAN.get(language, language)
    return ", ".join(format_skeleton(part, local, locale=locale) for part in ("yMMMMd", "Hm"))


def language_name(code: str, language: str) -> str:
    """The language `code` by its name in `language`: "German"; "" where it is unknown."""
    try:
        return Locale.parse(code.replace("-", "_")).get_language_name(language) or ""
    except (UnknownLocaleError, ValueError, TypeError):
        return ""


def tongue(code: str, language: str) -> str:
    """The name of a text's language where it is not the reader's, else ""."""
    return "" if code.replace("-", "_").partition("_")[0] == language else language_name(code, language)
