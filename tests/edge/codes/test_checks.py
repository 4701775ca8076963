"""What values may be: cases of GS1's syntax engine, its linters' tests; facts."""

import pytest

from edge.codes import resolve
from edge.codes.checks import CHARACTERS, base64, check_pair, day, day_or_month, full_day, iban, place_in_sequence

WRONG = (
    "(10)(11)98765",
    "(1A)12345",
    "(12345)12345",
    "(15",
    "(",
    "(17)9(90)217",
    "(00)A23456789012345675",
    "(10) ",
    "(8010)123456_",
    "(8030)ABC:123",
    "(8030)123=",
    "(8013)123456ABXX",
    "(8013)A",
    "(401)123",
    "(7023)12A4",
    "(7040)1AB=",
    "(8001)12340000012311",
    "(8003)112345678901281234567890123456",
    "(8011)023456789012",
    "(4321)2",
    "(8001)12341234512321",
    "(426)987",
    "(7030)987ABC",
    "(4307)AA",
    "(3910)9870",
    "(8007)FR12345678901234",
    "(4326)201300",
    "(4326)201200",
    "(4324)2012252400",
    "(4324)2012252360",
    "(8008)201225230060",
    "(8026)123456789012310099",
    "(8026)123456789012310302",
    "(4300)ABC%0g",
    "(8112)201234561234560123456",
    "(8110)71234567890123",
    "(8110)01234561234561111012314",
    "(8110)0123456123456111101231011012371234567890123",
    "(8110)01234561234561111012335006064500607",
    "(8110)0123456123456111101236",
    "(8110)012345612345611110123900000",
    "(4309)18000000010000000000",
    "(4309)00000000003600000001",
    "(4330)000000X",
    "(7252)5",
    "(7258)111",
    "(7258)0/3",
    "(7258)2/1",
    "(01)95012345678903(11)131313",
)


@pytest.mark.parametrize("code", WRONG)
def test_a_value_that_breaks_its_rule_is_refused(code: str) -> None:
    assert resolve(code).kind != "gs1"


def test_texts_hold_the_82_characters_and_no_other() -> None:
    taken = {chr(octet) for octet in range(256) if resolve(f"]C110A{chr(octet)}B".encode("latin-1")).kind == "gs1"}
    assert taken == set(CHARACTERS)
    assert len(CHARACTERS) == 82


def test_a_blank_at_the_end_of_a_value_is_no_line_end() -> None:
    assert [resolve(code).kind for code in ("]C199ABC\r\n", "]C199ABC ", "^99ABC ")] == ["gs1", "invalid", "invalid"]
    assert [resolve(code).kind for code in ("(99) ABC", "(99)ABC ", "(99)12 ")] == ["gs1", "invalid", "gs1"]


def test_check_characters_are_the_standards_own() -> None:
    right = "1987654Ad4X4bL5ttr2310c2K"  # General Specifications, figure 7.9.5
    assert check_pair(right) == check_pair("22") == check_pair("99999zzzzzzzzzzzzzzzzzzT2") == ""
    assert all(check_pair(text) for text in (right[:-1] + "X", "33", "2", "", " 22", "7907665Bm8v2AA"))


def test_dates_exist() -> None:
    assert [day(text) for text in ("000229", "960229", "240229", "991231")] == [""] * 4
    assert all(day(text) for text in ("210229", "200230", "201310", "200000", "200600", "2001", "x00131", "٢٠٠١٣١"))
    assert day_or_month("200600") == ""
    assert day_or_month("201300")
    assert full_day("21000229") and not full_day("20000229")


def test_accounts_have_a_country_and_right_check_digits() -> None:
    assert iban("MT90MALT011000012345MTLCAST001SABC") == iban("BE71096123456769") == ""
    assert all(
        iban(text) for text in ("BE71096123456760", "XX361234567890", "BE71", "LC14BOSLxx3456789012345678901230")
    )


def test_small_forms() -> None:
    assert [base64(text) for text in ("", "123", "12=", "1==", "A-_9")] == [""] * 5
    assert all(base64(text) for text in ("123=", "12==", "1===", "AB C", "===", "a=b"))
    assert [place_in_sequence(text) for text in ("1/1", "9/10", "99/99")] == [""] * 3
    assert all(place_in_sequence(text) for text in ("2/1", "0/1", "1/02", "1//2", "10/9", "x/y", "/", ""))


@pytest.mark.parametrize("code", ["(01)04006381333931(7003)2512312359", "(00)123456789012345675(4324)2512319999"])
def test_times_may_be_left_open_where_the_standard_says_so(code: str) -> None:
    assert resolve(code).kind == "gs1"


def test_two_dates_of_harvest_are_two_dates() -> None:
    assert resolve("]C17007251130251225").kind == "gs1"  # biip takes the second for a time of 25 hours
    assert resolve("]C17007251130251325").kind == "invalid"


def test_base_64_may_be_padded() -> None:
    assert resolve("]C1803012=").elements == {"8030": "12="}
    assert resolve("]C1803012==").kind == "invalid"
