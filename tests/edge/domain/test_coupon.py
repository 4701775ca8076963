"""Codes, and what they take off."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain import coupon
from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.coupon import Issued, Terms, reduction, refusal
from edge.domain.money import Money
from edge.domain.pickup import LETTERS

BITS = st.integers(0, 2**75 - 1)


def line(sku: str = "BOOT-42", price: int = 10000, quantity: int = 1, currency: str = "EUR") -> Line:
    about = {"product_id": "boot", "name": "Boot", "variant": "42", "brand": "Aurora", "category": "Shoes > Boots"}
    return Line(item=Item(sku=sku, price=price, currency=currency, **about), quantity=quantity, fulfilment="take")


def euro(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


@given(BITS, st.integers(0, 15), st.sampled_from(LETTERS))
def test_one_letter_that_is_mistaken_is_noticed(bits: int, place: int, letter: str) -> None:
    code = coupon.code(bits)
    assert coupon.is_sound(code)
    slipped = code[:place] + letter + code[place + 1 :]
    assert coupon.is_sound(slipped) == (slipped == code)


@given(BITS)
def test_a_code_is_read_as_it_is_written_printed_and_said(bits: int) -> None:
    code = coupon.code(bits)
    barcode = coupon.in_barcode(code)
    confused = coupon.spelled(code).lower().replace("0", "o").replace("1", "l")
    assert {coupon.read(text) for text in (code, coupon.spelled(code), barcode, confused)} == {code}
    assert coupon.is_barcode(barcode) and not coupon.is_barcode(code)


@pytest.mark.parametrize("text", ["", "K7M4", "TB-K7M4QX", "9506000134352", "U" * 16, "K7M4 QX0Z 11AB 9CDEF"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert coupon.read(text) is None


def test_the_name_of_a_code_is_another_for_each_retailer() -> None:
    code = coupon.code(7)
    assert coupon.name_of(code, b"a" * 32) != coupon.name_of(code, b"b" * 32)
    assert len(coupon.name_of(code, b"a" * 32)) == 20


@pytest.mark.parametrize(
    ("terms", "lines", "off"),
    [
        ({"percent": 10}, [line(price=12995)], [euro(1300)]),
        ({"percent": 10}, [line(), line("SEK", currency="SEK")], [euro(1000), Money(amount=1000, currency="SEK")]),
        ({"amount": 1500, "currency": "EUR"}, [line()], [euro(1500)]),
        ({"amount": 1500, "currency": "EUR"}, [line(price=900)], [euro(900)]),
        ({"amount": 1500, "currency": "SEK"}, [line()], []),
        ({"percent": 10, "minimum": 20000, "currency": "EUR"}, [line()], []),
        ({"percent": 10, "minimum": 20000, "currency": "EUR"}, [line(quantity=2)], [euro(2000)]),
        ({"percent": 50, "articles": ("boot",)}, [line(), line("X")], [euro(10000)]),
        ({"percent": 50, "articles": ("X",)}, [line(), line("X", 400)], [euro(200)]),
        ({"percent": 50, "categories": ("Shoes",)}, [line()], [euro(5000)]),
        ({"percent": 50, "categories": ("Shoe",)}, [line()], []),
        ({"percent": 50}, [], []),
    ],
)
def test_it_takes_off_what_its_campaign_says(terms: dict[str, object], lines: list[Line], off: list[Money]) -> None:
    assert list(reduction(Terms(campaign="c", **terms), lines)) == off  # type: ignore[arg-type]


def test_it_is_good_in_its_time_at_its_stores_and_once() -> None:
    issued, terms = Issued(name="n", campaign="c", until=200), Terms(campaign="c", starts=100, until=300, stores=("a",))
    assert refusal(issued, terms, "a", 100) is None
    assert refusal(None, terms, "a", 100) == refusal(issued, None, "a", 100) == "coupon-unknown"
    assert refusal(issued, terms, "b", 100) == "coupon-elsewhere"
    assert refusal(issued, terms, "a", 99) == "coupon-early"
    assert refusal(issued, terms, "a", 200) == refusal(replace(issued, until=0), terms, "a", 300) == "coupon-over"
    assert {refusal(replace(issued, state=state), terms, "a", 100) for state in ("used", "void")} == {"coupon-used"}  # type: ignore[arg-type]
