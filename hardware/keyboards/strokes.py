"""The way back: the keys a scanner set to a country presses for a text."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hardware.keyboards import keys
from hardware.keyboards.layouts import COMBINING, Layout

DEAD = {combining: spacing for spacing, combining in COMBINING.items()}
HELD = ((), (keys.LEFT_SHIFT,), (keys.RIGHT_ALT,))
"""What is held for each level."""


@dataclass(frozen=True)
class Stroke:
    """One key pressed and let go while `held` are down."""

    key: int
    held: tuple[int, ...] = ()


def strokes(layout: Layout, text: str) -> list[Stroke] | None:
    """The keys for `text`, Enter for CR and Ctrl+] for GS included; None where the country's keyboard lacks one."""
    pressed: list[Stroke] = []
    for character in text:
        found = _control(character) or _character(layout, character)
        if found is None:
            return None
        pressed += found
    return pressed


def _control(character: str) -> list[Stroke] | None:
    if character in "\r\t":
        return [Stroke(keys.ENTER if character == "\r" else keys.TAB)]
    key = next((key for key, control in keys.CONTROL.items() if control == character), None)
    return None if key is None else [Stroke(key, (keys.LEFT_CTRL,))]


def _character(layout: Layout, character: str) -> list[Stroke] | None:
    for key, level in _places(layout, character):
        if (key, level) not in layout.dead:
            return [Stroke(key, HELD[level])]
    for key, level in _places(layout, character):
        return [Stroke(key, HELD[level]), Stroke(keys.SPACE)]
    return _accented(layout, character)


def _accented(layout: Layout, character: str) -> list[Stroke] | None:
    base, accent = [*unicodedata.normalize("NFD", character), ""][:2]
    letter = strokes(layout, base) if accent in DEAD else None
    accents = [place for place in _places(layout, DEAD.get(accent, "")) if place in layout.dead]
    return [Stroke(accents[0][0], HELD[accents[0][1]]), *letter] if accents and letter else None


def _places(layout: Layout, character: str) -> Iterator[tuple[int, int]]:
    return (place for place, cell in sorted(layout.cells.items(), key=lambda item: item[0][1]) if cell == character)
