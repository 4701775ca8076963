"""GS1 element strings, parsed by biip; what biip lets pass is checked here (check digits, repeated identifiers).

biip takes 0.2 s to import, so it is imported when the first element string comes by; `edge.codes.warm` does it early.
"""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from edge.codes.aim import GS
from edge.codes.digits import has_check_digit
from edge.codes.meaning import Measure
from edge.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable

    from biip.gs1_element_strings import GS1ElementString

KEY_LENGTHS = {
    **dict.fromkeys(("01", "02", "03", "8003", "8006", "8026"), 14),
    **dict.fromkeys(("253", "255", *map(str, range(410, 418))), 13),
    **dict.fromkeys(("00", "8017", "8018"), 18),
    "402": 17,
}
"""Identifiers whose value begins with a number that ends in a check digit, and that number's length."""
UNITS = {"310": "kg", "311": "m", "312": "m", "313": "m", "314": "m2", "315": "l", "316": "m3"}
CURRENCIES = {
    "036": "AUD", "124": "CAD", "156": "CNY", "203": "CZK", "208": "DKK", "348": "HUF", "352": "ISK", "392": "JPY",
    "578": "NOK", "643": "RUB", "752": "SEK", "756": "CHF", "784": "AED", "826": "GBP", "840": "USD", "946": "RON",
    "949": "TRY", "975": "BGN", "978": "EUR", "980": "UAH", "985": "PLN",
}  # fmt: skip
"""ISO 4217 numbers of currencies whose prices are understood; of another, the price is left out."""
WITHOUT_CENTS = {"JPY", "ISK"}


class NotGs1(ValueError):
    """The data is no valid sequence of element strings. The message says why."""


def element_string(text: str) -> dict[str, str]:
    """`text` (identifiers and values, FNC1 = 0x1D between them) as a map. Raises NotGs1."""
    from biip.gs1_messages import GS1Message

    body = text.lstrip(GS) if text.startswith(GS) else text
    if not body:
        raise NotGs1("it holds no data")
    found = parsed(lambda: GS1Message.parse(body).element_strings)
    _check_separators(body, found)
    return checked(found)


def _check_separators(body: str, found: "list[GS1ElementString]") -> None:
    """A value of variable length ends at FNC1 or at the end; biip also ends it where its pattern stops matching."""
    at = 0
    for element in found:
        at += len(element)
        if element.ai.separator_required and body[at : at + 1] not in ("", GS):
            raise NotGs1(f"({element.ai.ai}) is too long")
        while body[at : at + 1] == GS:
            at += 1


def human_readable(text: str) -> dict[str, str]:
    """The form printed under codes, "(01)09506000134352(10)ABC". Raises NotGs1."""
    from biip.gs1_messages import GS1Message

    return checked(parsed(lambda: GS1Message.parse_hri(text).element_strings))


def parsed(parse: "Callable[[], list[GS1ElementString]]") -> "list[GS1ElementString]":
    """What biip's `parse` finds, its errors as NotGs1 (it also lets ValueError and IndexError out)."""
    from biip import ParseError

    try:
        return parse()
    except (ParseError, ValueError, IndexError, OverflowError, ArithmeticError) as error:
        raise NotGs1(str(error)) from error


def checked(found: "list[GS1ElementString]") -> dict[str, str]:
    elements: dict[str, str] = {}
    for element in found:
        ai, value = element.ai.ai, element.value
        if elements.setdefault(ai, value) != value:
            raise NotGs1(f"({ai}) is there twice with different values")
        _check_key(ai, value)
    return elements


def _check_key(ai: str, value: str) -> None:
    number = value[: KEY_LENGTHS.get(ai, 0)]
    if number and not has_check_digit(number):
        raise NotGs1(f"the check digit of ({ai}) {number} is wrong")


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
