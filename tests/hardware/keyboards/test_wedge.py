"""Keys pressed and released, and the bytes they give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.keyboards import LAYOUTS, keys
from hardware.keyboards.wedge import Wedge, numbered

A, D, EIGHT, Q = 30, 32, 9, 16
F8 = 66


def press(wedge: Wedge, *codes: int) -> bytes:
    """Press the keys one after the other, then let them go the other way round."""
    return b"".join([wedge.key(code, 1) for code in codes] + [wedge.key(code, 0) for code in reversed(codes)])


def us(**options: object) -> Wedge:
    return Wedge(LAYOUTS["us"], **options)  # type: ignore[arg-type]


def test_shift_makes_capitals_while_it_is_held() -> None:
    wedge = us()
    assert press(wedge, keys.LEFT_SHIFT, A) + press(wedge, A) + press(wedge, keys.RIGHT_SHIFT, A) == b"AaA"


def test_a_key_that_repeats_by_being_held_counts_once() -> None:
    wedge = us()
    assert wedge.key(A, 1) + wedge.key(A, 2) + wedge.key(A, 2) + wedge.key(A, 0) == b"a"


def test_caps_lock_swaps_letters_and_nothing_else() -> None:
    wedge = us()
    press(wedge, keys.CAPS_LOCK)
    assert press(wedge, A) + press(wedge, keys.LEFT_SHIFT, A) + press(wedge, EIGHT) == b"Aa8"
    press(wedge, keys.CAPS_LOCK)
    assert press(wedge, A) == b"a"


def test_the_caps_lock_light_tells_what_it_is_at_the_start_and_later() -> None:
    wedge = us(lit=True)
    assert press(wedge, A) == b"A"
    wedge.light(False)
    assert press(wedge, A) == b"a"


def test_a_scanner_that_swaps_upper_and_lower_case_is_swapped_back() -> None:
    assert press(us(inverted=True), A) + press(us(inverted=True), keys.LEFT_SHIFT, A) == b"Aa"


@pytest.mark.parametrize("held", [(keys.RIGHT_ALT,), (keys.LEFT_CTRL, keys.LEFT_ALT)])
def test_altgr_and_ctrl_with_alt_give_the_third_character(held: tuple[int, ...]) -> None:
    assert press(Wedge(LAYOUTS["de"]), *held, EIGHT) == b"["
    assert press(Wedge(LAYOUTS["de"]), *held, Q) == b"@"


def test_the_right_alt_key_is_no_altgr_in_america() -> None:
    assert press(us(), keys.RIGHT_ALT, Q) == b"q"


def test_ctrl_and_a_letter_give_its_control_character() -> None:
    assert press(us(), keys.LEFT_CTRL, D) == b"\x04"


@pytest.mark.parametrize("country", LAYOUTS)
def test_fnc1_is_ctrl_and_the_bracket_by_its_place(country: str) -> None:
    assert press(Wedge(LAYOUTS[country]), keys.LEFT_CTRL, keys.RIGHT_BRACE) == b"\x1d"


def test_fnc1_is_f8_for_scanners_that_type_function_keys() -> None:
    assert press(us(), F8) == b"\x1d"


def test_fnc1_is_alt_and_029_on_the_keypad() -> None:
    zero, two, nine = 82, 80, 73
    wedge = us()
    wedge.key(keys.LEFT_ALT, 1)
    assert press(wedge, zero) + press(wedge, two) + press(wedge, nine) == b""
    assert wedge.key(keys.LEFT_ALT, 0) == b"\x1d"


@pytest.mark.parametrize(
    ("digits", "character"), [("065", "A"), ("65", "A"), ("0233", "é"), ("130", "é"), ("0128", "€"), ("29", "\x1d")]
)
def test_alt_and_a_number_is_a_character_of_windows_or_dos(digits: str, character: str) -> None:
    assert numbered(digits) == character


def test_keypad_keys_are_digits_signs_and_the_country_s_point() -> None:
    assert press(us(), 79) + press(us(), 78) + press(us(), keys.KEYPAD_POINT) == b"1+."
    assert press(Wedge(LAYOUTS["de"]), keys.KEYPAD_POINT) == b","


def test_enter_is_cr_and_tab_is_tab() -> None:
    assert press(us(), keys.ENTER) + press(us(), keys.KEYPAD_ENTER) + press(us(), keys.TAB) == b"\r\r\t"


def test_a_place_without_a_character_is_seen() -> None:
    assert press(us(), 86) == "\ufffd".encode()
    assert press(Wedge(LAYOUTS["de"]), keys.RIGHT_ALT, A) == "\ufffd".encode()


def test_keys_that_are_no_characters_say_nothing() -> None:
    num_lock, pause, volume_up = 69, 119, 115
    assert press(us(), num_lock) + press(us(), pause) + press(us(), volume_up) == b""


def test_a_dead_key_before_enter_is_itself() -> None:
    wedge = Wedge(LAYOUTS["fr"])
    assert press(wedge, keys.LEFT_BRACE) == b""
    assert press(wedge, keys.ENTER) == b"^\r"


def test_after_lost_events_only_the_keys_that_are_down_count() -> None:
    wedge = Wedge(LAYOUTS["fr"])
    wedge.key(keys.LEFT_SHIFT, 1)
    press(wedge, keys.LEFT_BRACE)
    press(wedge, keys.CAPS_LOCK)
    wedge.resync([])
    assert press(wedge, Q) == b"a"
    wedge.resync([keys.RIGHT_SHIFT, Q])
    assert press(wedge, Q) == b"A"


@given(st.sampled_from(sorted(LAYOUTS)), st.lists(st.tuples(st.integers(0, 767), st.integers(-1, 3))))
def test_no_keys_break_it(country: str, events: list[tuple[int, int]]) -> None:
    wedge = Wedge(LAYOUTS[country])
    for code, value in events:
        wedge.key(code, value).decode()


def test_an_alt_number_without_end_is_a_character_and_no_error() -> None:
    wedge = Wedge(LAYOUTS["us"])
    wedge.key(keys.LEFT_ALT, 1)
    for _ in range(5000):
        wedge.key(75, 1)
    assert len(wedge.key(keys.LEFT_ALT, 0).decode()) == 1
