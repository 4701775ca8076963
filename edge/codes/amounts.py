"""Measures and prices that element strings carry (GS1 General Specifications 3.6)."""

import re
from decimal import Decimal

from edge.codes.meaning import Measure
from edge.domain.money import Money

UNITS = {"310": "kg", "311": "m", "312": "m", "313": "m", "314": "m2", "315": "l", "316": "m3"}
CURRENCIES = {
    "036": "AUD", "124": "CAD", "156": "CNY", "203": "CZK", "208": "DKK", "348": "HUF", "352": "ISK", "392": "JPY",
    "578": "NOK", "643": "RUB", "752": "SEK", "756": "CHF", "784": "AED", "826": "GBP", "840": "USD", "946": "RON",
    "949": "TRY", "975": "BGN", "978": "EUR", "980": "UAH", "985": "PLN",
}  # fmt: skip
"""ISO 4217 numbers of currencies whose prices are understood; of another, the price is left out."""
WITHOUT_CENTS = {"JPY", "ISK"}


def measure(elements: dict[str, str]) -> Measure | None:
    """Net weight, length, area, volume (identifiers 310n to 316n) or a count (30)."""
    for ai, value in elements.items():
        if len(ai) == 4 and ai[:3] in UNITS:
            return Measure(value=Decimal(value).scaleb(-int(ai[3])), unit=UNITS[ai[:3]])
    return Measure(value=Decimal(elements["30"]), unit="piece") if "30" in elements else None


def price(elements: dict[str, str], currency: str) -> Money | None:
    """Amount payable for this item: 392n in the shop's own currency, 393n with its ISO 4217 number."""
    for ai, value in elements.items():
        if re.fullmatch("392.", ai):
            return money(value, int(ai[3]), currency)
        if re.fullmatch("393.", ai) and value[:3] in CURRENCIES:
            return money(value[3:], int(ai[3]), CURRENCIES[value[:3]])
    return None


def money(value: str, decimals: int, currency: str) -> Money | None:
    minor = Decimal(value or "0").scaleb((0 if currency in WITHOUT_CENTS else 2) - decimals)
    return Money(amount=int(minor), currency=currency) if minor == int(minor) else None
