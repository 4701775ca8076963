"""Coupons: cases of GS1's syntax engine, its tests of `couponcode` and `couponposoffer`; facts."""

import pytest

from edge.codes import CodeRules, resolve
from edge.codes.coupons import coupon_code, positive_offer

BASE = "012345612345611110123"


@pytest.mark.parametrize("tail", ["", "101101239", "2110123" + "0123456", "3251231", "3251231" + "4251230"])
def test_a_coupon_may_end_or_go_on(tail: str) -> None:
    whole = {"3251231": "3251231", "3251231" + "4251230": "32512314251230"}.get(tail, tail)
    assert coupon_code(BASE + whole) == ""


def test_every_option_of_a_coupon_in_one() -> None:
    assert (
        coupon_code(BASE + "1011012392110" + "1239" + "3251231" + "4251201" + "50123456" + "611234567" + "90001") == ""
    )


@pytest.mark.parametrize(
    "text",
    [
        "a12345612345611110123", "", "01", "0123456", "71234567890123", "0123456123456", "01234561234560",
        "012345612345621", "0123456123456116123456", "012345612345611115", "012345612345611119", BASE + "1",
        BASE + "14", BASE + "106123456", BASE + "1011012371234567890123", BASE + "20", BASE + "211012371234567890123",
        BASE + "3", BASE + "3200010", BASE + "35006064500607", BASE + "6", BASE + "60", BASE + "93", BASE + "903",
        BASE + "90002", BASE + "900000", BASE + "7",
    ],
)  # fmt: skip
def test_a_broken_coupon_is_refused(text: str) -> None:
    assert coupon_code(text)


def test_positive_offers_say_how_long_their_parts_are() -> None:
    good = ("001234561234560123456", "101234561234560123456", "061234567890121234569123456789012345")
    assert [positive_offer(text) for text in good] == [""] * 3
    bad = (
        "",
        "0",
        "07",
        "201234561234560123456",
        "01123456",
        "00123456123456",
        "001234561234560",
        "0012345612345601234567",
    )
    assert all(positive_offer(text) for text in bad)


def test_a_coupon_in_an_element_string_is_read_by_its_identifier() -> None:
    assert resolve(f"]C18110{BASE}").elements == {"8110": BASE}
    assert resolve(f"]C18110{BASE}7").kind == "invalid"


def test_numbers_of_coupons_are_marked_by_how_they_begin() -> None:
    assert resolve("512345678900").elements == {"coupon": "0512345678900"}
    assert resolve("9912345678909").elements == {"coupon": "9912345678909"}
    assert resolve("9912345678909", "", CodeRules(coupons=())).elements == {}


def test_a_beginning_that_is_none_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="2 to 12 digits"):
        CodeRules(coupons=("9x",))
