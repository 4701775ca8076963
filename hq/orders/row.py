"""One row of an orders file -> one row of the table, or the reason why not."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_precision, is_currency

from hq import identity
from hq.keys import Keys
from hq.store import tables
from hq.store.fits import misfit


class BadRow(Exception):
    """`field`, `reason` and `hint` go into the report."""

    def __init__(self, field: str, reason: str, hint: str) -> None:
        super().__init__(field, reason, hint)
        self.field, self.reason, self.hint = field, reason, hint


def order_line(cells: Mapping[str, str], keys: Keys) -> dict[str, Any]:
    """A row of `order_line`, still without the profile. `cells` are stripped. Raises BadRow."""
    currency = _currency(cells["currency"])
    line = {
        "order_id": _filled(cells, "order_id"),
        "sku": _filled(cells, "sku"),
        "quantity": _quantity(cells["quantity"]),
        "price": _price(cells["price"], currency),
        "currency": currency,
        "store": _filled(cells, "store"),
        "basket": cells["basket"] or None,
        "at": _time(cells["at"]),
        "buyer": _mail(cells["mail"], keys),
        "card": identity.digest(keys, "card", cells["card"]) if cells["card"] else None,
    }
    if why := misfit(tables.order_line, line):
        raise BadRow(why.split()[0], why, "shorten it")
    return line


def _filled(cells: Mapping[str, str], name: str) -> str:
    if not cells[name]:
        raise BadRow(name, "is empty", "every row needs one")
    return cells[name]


def _quantity(text: str) -> int:
    try:
        quantity = int(text)
    except ValueError:
        quantity = 0
    if quantity == 0:
        raise BadRow("quantity", f"{text!r} is no number of pieces", "write 1, or -1 for a returned piece")
    return quantity


def _currency(text: str) -> str:
    if not is_currency(text):
        raise BadRow("currency", f"{text!r} is no currency", "write the ISO 4217 code in capitals, such as EUR")
    return text


def _price(text: str, currency: str) -> int:
    try:
        minor = Decimal(text).scaleb(get_currency_precision(currency))
        exact = minor.is_finite() and minor == minor.to_integral_value()
    except InvalidOperation:
        exact = False
    if not exact or minor < 0:
        raise BadRow(
            "price", f"{text!r} is no price in {currency}", "write it with a point and no sign, such as 129.95"
        )
    return int(minor)


def _time(text: str) -> int:
    try:
        time = datetime.fromisoformat(text)
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        hint = "write it as ISO 8601 has it, such as 2026-11-22T10:30:00+02:00; without an offset it is UTC"
        raise BadRow("at", f"{text!r} is no time", hint) from error


def _mail(text: str, keys: Keys) -> str | None:
    try:
        return identity.digest(keys, "mail", text) if text else None
    except identity.BadMail as error:
        raise BadRow("mail", "is no mail address", "correct it, or leave it empty") from error
