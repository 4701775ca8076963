"""Five countries' keyboards, held against Debian's tables, which others wrote."""

import pytest

from hardware.keyboards import LAYOUTS, Layout, keys, strokes
from hardware.keyboards.layouts import compose
from hardware.keyboards.wedge import Wedge
from tests.hardware.xkb import keymap

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
DEAD_IN_WINDOWS_ALONE = {("es", 5, 2), ("fr", 3, 2), ("fr", 8, 2)}
OTHERWISE_IN_WINDOWS = {
    **{("uk", key, 2): cell for key, cell in {18: "é", 22: "ú", 23: "í", 24: "ó", 30: "á", 41: "¦"}.items()},
    ("es", 6, 2): "€",
}
"""AltGr and a vowel in Britain (KBDUK), the euro in Spain (KBDSP): none of them ASCII."""

NOT_IN_WINDOWS = {("us", 86, 0), ("us", 86, 1), ("fr", 41, 1)}
"""A key that American keyboards lack; ~ beside the French 1, which only X11 has."""


@pytest.fixture(params=LAYOUTS.values(), ids=lambda layout: str(layout.name))
def layout(request: pytest.FixtureRequest) -> Layout:
    found: Layout = request.param
    return found


def typed(layout: Layout, text: str) -> bytes:
    """What a wedge makes of the keys for `text`."""
    wedge, found = Wedge(layout), b""
    for stroke in strokes(layout, text) or ():
        for key in stroke.held:
            found += wedge.key(key, 1)
        found += wedge.key(stroke.key, 1) + wedge.key(stroke.key, 0)
        for key in stroke.held:
            found += wedge.key(key, 0)
    return found


def test_every_key_is_what_debian_says_it_is(layout: Layout) -> None:
    theirs, differ = keymap(layout.name), set()
    for (key, level), cell in layout.cells.items():
        place = (layout.name, key, level)
        symbol, dead = theirs.symbol(key, level)
        if key == keys.SPACE:
            continue
        if symbol != OTHERWISE_IN_WINDOWS.get(place, cell) and place not in OTHERWISE_IN_WINDOWS:
            differ.add(place)
        if dead != ((key, level) in layout.dead) and place not in DEAD_IN_WINDOWS_ALONE:
            differ.add(place)
    assert differ == set()


def test_no_ascii_key_of_debian_is_missing(layout: Layout) -> None:
    theirs = keymap(layout.name)
    for key in keys.PLACES:
        for level in (0, 1):
            symbol, _ = theirs.symbol(key, level)
            if symbol in PRINTABLE and symbol and (layout.name, key, level) not in NOT_IN_WINDOWS:
                assert layout.cells[key, level] == symbol


def test_every_printable_character_is_typed_and_read(layout: Layout) -> None:
    for character in PRINTABLE:
        assert typed(layout, character) == character.encode()
    assert typed(layout, PRINTABLE) == PRINTABLE.encode()


def test_control_characters_are_typed_and_read(layout: Layout) -> None:
    assert typed(layout, "]d201040\x1d10ABC\x1e\x1f\x1c\r") == b"]d201040\x1d10ABC\x1e\x1f\x1c\r"


@pytest.mark.parametrize(("country", "text"), [("de", "äöüÄÖÜß€éàô"), ("es", "ñÑçáéíóúüÜ¿¡"), ("fr", "éèçàùêïÂ€")])
def test_the_letters_of_a_country_are_typed_and_read(country: str, text: str) -> None:
    assert typed(LAYOUTS[country], text).decode() == text


def test_what_a_keyboard_lacks_cannot_be_typed() -> None:
    assert strokes(LAYOUTS["us"], "é") is None
    assert strokes(LAYOUTS["de"], "ñ") is None


@pytest.mark.parametrize(
    ("dead", "then", "both"), [("^", "a", "â"), ("´", "E", "É"), ("^", " ", "^"), ("^", "x", "^x"), ("´", "1", "´1")]
)
def test_a_dead_key_joins_the_letter_that_it_can_join(dead: str, then: str, both: str) -> None:
    assert compose(dead, then) == both


def test_typing_as_another_country_gives_other_characters() -> None:
    """The control: without it, a table that is ignored would pass."""
    pressed = strokes(LAYOUTS["de"], "YZ-/")
    wedge = Wedge(LAYOUTS["us"])
    found = b""
    for stroke in pressed or ():
        for key in (*stroke.held, stroke.key):
            found += wedge.key(key, 1)
        for key in (*stroke.held, stroke.key):
            found += wedge.key(key, 0)
    assert found == b"ZY/&"
