"""North American coupons in element strings: (8110) and (8112) (GS1 US: coupon guideline, AI (8112) specification).

Both are rows of digits in which length digits say how far the next field goes. Only their form is checked here: what a
coupon is worth, the till decides.
"""

import re
from collections.abc import Callable

from edge.codes import checks


class _Broken(ValueError):
    """The coupon ends early, or a digit is none of those allowed. The message says where."""


class _Fields:
    """Takes fields off the front of `digits`."""

    def __init__(self, digits: str) -> None:
        self.rest = digits

    def take(self, count: int, name: str) -> str:
        if len(self.rest) < count:
            raise _Broken(f"the coupon ends within its {name}")
        field, self.rest = self.rest[:count], self.rest[count:]
        return field

    def one_of(self, allowed: str, name: str) -> int:
        digit = self.take(1, name)
        if digit not in allowed:
            raise _Broken(f"the coupon's {name} is wrong")
        return int(digit)

    def sized(self, allowed: str, more: int, name: str) -> str:
        """A field behind its length digit, which counts from `more`."""
        return self.take(self.one_of(allowed, name) + more, name)

    def follows(self, mark: str) -> bool:
        """Whether the optional field `mark` comes next; its mark is taken off."""
        found = self.rest.startswith(mark)
        self.rest = self.rest[1:] if found else self.rest
        return found


def coupon_code(text: str) -> str:
    """(8110): what is wrong with it, "" where nothing is."""
    return _checked(text, _coupon)


def positive_offer(text: str) -> str:
    """(8112): what is wrong with it, "" where nothing is."""
    return _checked(text, _offer)


def _checked(text: str, read: Callable[[_Fields], None]) -> str:
    if not re.fullmatch("[0-9]*", text):
        return "a coupon has only digits"
    fields = _Fields(text)
    try:
        read(fields)
    except _Broken as broken:
        return str(broken)
    return "the coupon goes on behind its end" if fields.rest else ""


def _offer(fields: _Fields) -> None:
    fields.one_of("01", "format")
    fields.sized("0123456", 6, "funder")
    fields.take(6, "offer")
    fields.sized("0123456789", 6, "serial number")


def _coupon(fields: _Fields) -> None:
    fields.sized("0123456", 6, "company prefix")
    fields.take(6, "offer")
    fields.sized("12345", 0, "value")
    _purchase(fields, "first purchase")
    if fields.follows("1"):
        fields.one_of("0123", "purchase rule")
        _purchase(fields, "second purchase", company=True)
    if fields.follows("2"):
        _purchase(fields, "third purchase", company=True)
    _dates(fields)
    if fields.follows("5"):
        fields.sized("0123456789", 6, "serial number")
    if fields.follows("6"):
        fields.sized("1234567", 6, "retailer")
    if fields.follows("9"):
        fields.one_of("01256", "value code")
        fields.one_of("012", "item")
        fields.take(1, "store flag")
        fields.one_of("01", "multiply flag")


def _purchase(fields: _Fields, name: str, company: bool = False) -> None:
    fields.sized("12345", 0, name)
    fields.one_of("012349", name)
    fields.take(3, f"family of the {name}")
    if company and not fields.follows("9"):
        fields.sized("0123456", 6, f"company of the {name}")


def _dates(fields: _Fields) -> None:
    last = _date(fields) if fields.follows("3") else ""
    first = _date(fields) if fields.follows("4") else ""
    if last and first > last:
        raise _Broken("the coupon ends before it begins")


def _date(fields: _Fields) -> str:
    text = fields.take(6, "date")
    if checks.day(text):
        raise _Broken("the coupon's date is wrong")
    return text
