"""What names of a catalogue can do to a till: nothing."""

import csv
import io

from edge.domain.article import Item
from edge.domain.basket import Line
from kiosk.slips import WIDTH, Slip, as_csv, as_escpos


def slip(name: str, price: int = 12995, currency: str = "EUR") -> Slip:
    item = Item(sku="S", product_id="p", name=name, variant="42", brand="", category="", price=price, currency=currency)
    line = Line(item=item, quantity=2, fulfilment="collect")
    words = {"store": "Käo pood", "heading": "Basket", "total": "Total"}
    return Slip(basket="b", code="K7M 4QX", barcode="TB-K7M4QX", lines=[line], **words)


def test_a_name_cannot_command_the_printer() -> None:
    printed = as_escpos(slip("Boot\x1b@\x1dV\x00\x10\x14"))
    assert printed.count(b"\x1b@") == 1
    assert printed.count(b"\x1dV") == 1
    assert b"Boot@V" in printed


def test_letters_of_the_four_languages_are_printed_and_others_replaced() -> None:
    printed = as_escpos(slip("Õun ñandú Größe 靴"))
    assert "Õun ñandú Größe ?".encode("cp1252") in printed


def test_no_line_is_longer_than_the_paper() -> None:
    printed = as_escpos(slip("x" * 500, price=10**11))
    texts = [line.removeprefix(b"\x1ba\x00") for line in printed.split(b"\n") if b"xxx" in line or b"Total" in line]
    assert texts and max(map(len, texts)) <= WIDTH


def test_a_spreadsheet_calculates_nothing() -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv(slip("=HYPERLINK(1)")).decode()))
    assert row["name"] == "'=HYPERLINK(1)"


def test_amounts_follow_their_currency() -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv(slip("Boot", 1500, "JPY")).decode()))
    assert row["price"] == "1500"
