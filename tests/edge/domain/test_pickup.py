import re
from collections import Counter

import pytest

from edge.domain.pickup import code, in_barcode, is_barcode, read, spelled


def test_a_code_is_the_baskets_own_and_can_be_read_as_it_is_spelled() -> None:
    one = code("ab" * 16)
    assert one == code("ab" * 16) != code("ac" * 16)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{6}", one)
    for written in (one, spelled(one), in_barcode(one), spelled(one).lower(), f" {one[:2]}-{one[2:]} "):
        assert read(written) == one


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert read("OIL 123") == "011123"


@pytest.mark.parametrize("text", ["", "K7M", "K7M4QXX", "K7M4QU", "4006381333931", "TB-", "x" * 10_000, "K7M\0QX", "é"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read(text) is None


def test_only_a_marked_code_is_a_basket_in_a_barcode() -> None:
    assert is_barcode("TB-K7M4QX")
    assert not is_barcode("K7M4QX")
    assert not is_barcode("TB-K7M4")


def test_codes_are_spread_although_ids_begin_alike() -> None:
    codes = [code(f"{1 << 120 | n:032x}") for n in range(20_000)]
    assert len(set(codes)) > 19_990
    assert max(Counter(one[0] for one in codes).values()) < 1000
