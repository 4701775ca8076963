"""What the till gets: the lines to be paid as CSV, as JSON, or as bytes for a receipt printer (ESC/POS)."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from edge.domain.basket import Line

COLUMNS = ("basket", "code", "sku", "gtin", "name", "variant", "quantity", "price", "currency", "coupon")
WIDTH = 42
"""Characters of a line on paper of 80 mm, in font A."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Slip:
    """`code` is the pick-up code as people read it, `barcode` as scanners do; the words are in the till's language."""

    basket: str
    code: str
    barcode: str
    store: str
    heading: str
    total: str
    lines: Sequence[Line]
    coupon: str = ""
    """The barcode of the shopper's single-use code, as far as it takes anything off."""


def as_json(slip: Slip) -> bytes:
    told = {"basket": slip.basket, "code": slip.barcode, "store": slip.store, "lines": list(map(_line, slip.lines))}
    told |= {"coupon": slip.coupon} if slip.coupon else {}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_csv(slip: Slip) -> bytes:
    """A name that a spreadsheet would calculate gets an apostrophe before it."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS)
    rows.writeheader()
    for line in slip.lines:
        told = {name: value for name, value in _line(line).items() if name in COLUMNS}
        safe = {name: _no_formula(value) if isinstance(value, str) else value for name, value in told.items()}
        rows.writerow({"basket": slip.basket, "code": slip.barcode, "coupon": slip.coupon, **safe})
    return text.getvalue().encode()


def as_escpos(slip: Slip) -> bytes:
    """Epson's command set as nearly every receipt printer knows it: code page 1252, Code 128, cut."""
    parts = [b"\x1b@", b"\x1bt\x10", b"\x1ba\x01", b"\x1b!\x38", _row(slip.code), b"\x1b!\x00", _row(slip.heading)]
    parts += [_row(slip.store), b"\n", _barcode(slip.barcode), b"\n", b"\x1ba\x00"]
    for line in slip.lines:
        parts += [_row(line.item.name), _pair(f"  {line.quantity} x {line.item.variant}", _sum(line))]
        parts += [_row(f"  {line.item.gtin or line.item.sku}")]
    if slip.coupon:
        parts += [b"\n\x1ba\x01", _row(slip.coupon), _barcode(slip.coupon), b"\x1ba\x00"]
    return b"".join(
        [*parts, b"\n", *(_pair(slip.total, total) for total in _totals(slip.lines)), b"\n\n\n\x1dV\x42\x00"]
    )


def _line(line: Line) -> dict[str, Any]:
    item = line.item
    return {
        "sku": item.sku,
        "gtin": item.gtin or "",
        "name": item.name,
        "variant": item.variant,
        "quantity": line.quantity,
        "price": str(_decimal(item.price, item.currency)),
        "currency": item.currency,
        "fulfilment": line.fulfilment,
    }


def _decimal(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-get_currency_precision(currency))


def _sum(line: Line) -> str:
    return f"{_decimal(line.total.amount, line.total.currency)} {line.total.currency}"


def _totals(lines: Sequence[Line]) -> list[str]:
    currencies = dict.fromkeys(line.item.currency for line in lines)
    sums = {each: sum(line.total.amount for line in lines if line.item.currency == each) for each in currencies}
    return [f"{_decimal(amount, currency)} {currency}" for currency, amount in sums.items()]


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text


def _octets(text: str) -> bytes:
    """Printable text only: what a catalogue says must not command the printer."""
    return "".join(each for each in text if each.isprintable()).encode("cp1252", "replace")


def _row(text: str) -> bytes:
    return _octets(text)[:WIDTH] + b"\n"


def _pair(left: str, right: str) -> bytes:
    room = WIDTH - len(_octets(right)) - 1
    return _octets(left)[:room].ljust(room) + b" " + _octets(right) + b"\n"


def _barcode(text: str) -> bytes:
    """Code set B; height 80 dots, no text below: the code stands above in large letters."""
    data = b"{B" + text.encode("ascii")
    return b"\x1dh\x50\x1dw\x02\x1dH\x00\x1dk\x49" + bytes([len(data)]) + data + b"\n"
