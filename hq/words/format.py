"""Money and time as a shopper of one language reads them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_precision

from edge.domain.money import Money


def money(amount: Money, language: str) -> str:
    """Money(12995, "EUR") is "€129.95" in English and "129,95 €" in German, unbroken at its space."""
    whole = amount.amount / 10 ** get_currency_precision(amount.currency)
    return format_currency(whole, amount.currency, locale=language).replace(" ", "\N{NO-BREAK SPACE}")


def moment(at: int, language: str, zone: str = "UTC") -> str:
    """`at` in milliseconds since 1970: "3 Nov, 14:05" in the order the language has."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    return format_datetime(local, "d MMMM, HH:mm" if language != "de" else "d. MMMM, HH:mm", locale=language)
