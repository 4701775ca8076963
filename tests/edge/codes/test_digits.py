from hypothesis import given
from hypothesis import strategies as st

from edge.codes import check_digit, gtin14, upca_to_upce, upce_to_upca


def test_the_check_digit_is_the_standards_own() -> None:
    assert check_digit("950110153100") == "0"  # GS1 General Specifications, figure 7.9.1
    assert check_digit("9501234") == "6"


def test_what_is_no_gtin_has_no_fourteen_digits() -> None:
    assert [gtin14(text) for text in ("", "12345", "4006381333930", "٤٠٠٦٣٨١٣٣٣٩٣١", "00000000")] == [None] * 5


def test_a_gtin_may_be_written_with_blanks_and_hyphens() -> None:
    assert gtin14("4 006381 333931") == gtin14("4-006381-333931") == "04006381333931"


@given(system=st.sampled_from("01"), six=st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_every_upc_e_widens_and_narrows_again(system: str, six: str) -> None:
    payload = "0000000" if system + six == "0000000" else system + six
    for last in "0123456789":
        upca = upce_to_upca(payload + last)
        if upca is None:
            continue
        short = upca_to_upce(upca)
        assert short is not None
        assert upce_to_upca(short) == upca


def test_six_digits_are_a_upc_e_without_its_check_digit() -> None:
    assert upce_to_upca("123456") == "012345000065"
