"""What names of a catalogue can do to a till: nothing."""

import csv
import io
import json
from dataclasses import replace

from edge.domain.article import Item
from edge.domain.basket import Line
from kiosk.slips import WIDTH, Slip, as_csv, as_escpos, as_json


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


def test_a_shoppers_code_is_there_for_the_till_in_every_form_and_missing_where_there_is_none() -> None:
    bare, with_code = slip("Boot"), replace(slip("Boot"), coupon="TC-K7M4QX0Z11AB9CDE")
    assert b"{BTC-K7M4QX0Z11AB9CDE" in as_escpos(with_code) and b"TC-" not in as_escpos(bare)
    assert json.loads(as_json(with_code))["coupon"] == "TC-K7M4QX0Z11AB9CDE" and "coupon" not in json.loads(
        as_json(bare)
    )
    (row,) = csv.DictReader(io.StringIO(as_csv(with_code).decode()))
    assert row["coupon"] == "TC-K7M4QX0Z11AB9CDE"
