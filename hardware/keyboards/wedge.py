"""From the keys a scanner presses to the bytes of its barcode, without I/O."""

from collections.abc import Iterable

from hardware.keyboards import keys
from hardware.keyboards.layouts import Layout, compose

SHIFT = {keys.LEFT_SHIFT, keys.RIGHT_SHIFT}
CTRL = {keys.LEFT_CTRL, keys.RIGHT_CTRL}
MODIFIERS = SHIFT | CTRL | {keys.LEFT_ALT, keys.RIGHT_ALT}
NAMED = {keys.ESC: "\x1b", keys.BACKSPACE: "\b", keys.TAB: "\t", keys.ENTER: "\r", keys.KEYPAD_ENTER: "\r"}
LONGEST_NUMBER = 8
"""Digits of an Alt number; Windows' longest have four."""
UNKNOWN = "\ufffd"
"""Stands where a key has no character in this country: a code with it is visibly wrong, one without it silently."""


class Wedge:
    """Presses and releases in, bytes (UTF-8) out; Enter gives CR. `lit` is the state of the Caps Lock light;
    `inverted` for a scanner that swaps upper and lower case by itself."""

    def __init__(self, layout: Layout, *, lit: bool = False, inverted: bool = False, held: Iterable[int] = ()) -> None:
        self._layout, self._inverted = layout, inverted
        self._lit = self._caps = lit
        self.resync(held)

    def resync(self, held: Iterable[int]) -> None:
        """Events were lost: `held` are the keys that are down now; what waited for a next key is forgotten."""
        self._held = MODIFIERS.intersection(held)
        self._caps = self._lit  # of a scanner that presses Caps Lock around its text, one of the two may be lost
        self._dead = self._number = ""

    @property
    def lit(self) -> bool:
        """The Caps Lock light is on."""
        return self._lit

    def light(self, lit: bool) -> None:
        """The Caps Lock light was switched, by whichever program looks after it."""
        self._lit = self._caps = lit

    def key(self, code: int, value: int) -> bytes:
        """What key `code` gives, pressed (1), released (0) or repeated by being held (2: nothing)."""
        if code in MODIFIERS:
            return self._modifier(code, value).encode()
        if value != 1:
            return b""
        if code == keys.CAPS_LOCK:
            self._caps = not self._caps
            return b""
        return self._pressed(code).encode()

    def _modifier(self, code: int, value: int) -> str:
        number = ""
        if value == 0 and code == keys.LEFT_ALT:
            number, self._number = self._number, ""
        self._held = self._held - {code} if value == 0 else self._held | {code}
        return numbered(number) if number else ""

    def _pressed(self, code: int) -> str:
        if keys.LEFT_ALT in self._held and not self._held & CTRL and code in keys.KEYPAD_DIGITS:
            self._number = (self._number + str(keys.KEYPAD_DIGITS[code]))[:LONGEST_NUMBER]
            return ""
        place = code, self._level(code)
        character = self._control(place) if self._held & CTRL and place[1] != 2 else self._character(place)
        return self._after_dead(place, character) if character else ""

    def _level(self, code: int) -> int:
        altgr = keys.RIGHT_ALT in self._held or (keys.LEFT_ALT in self._held and bool(self._held & CTRL))
        if altgr and self._layout.has_altgr:
            return 2
        swapped = self._layout.is_letter(code) and self._caps != self._inverted
        return int(bool(self._held & SHIFT) != swapped)

    def _control(self, place: tuple[int, int]) -> str:
        """Ctrl and a letter, or one of the keys that give GS and its like by their place."""
        character = self._layout.cells.get((place[0], 0), "")
        if character.isascii() and character.isalpha():
            return chr(ord(character) & 0x1F)
        return keys.CONTROL.get(place[0], NAMED.get(place[0], ""))

    def _character(self, place: tuple[int, int]) -> str:
        code = place[0]
        if code in keys.KEYPAD_DIGITS:
            return str(keys.KEYPAD_DIGITS[code])
        fixed = NAMED.get(code) or keys.FUNCTION.get(code) or keys.KEYPAD_SIGNS.get(code)
        if code == keys.KEYPAD_POINT:
            fixed = self._layout.point
        # a key that is none of a keyboard's characters (Num Lock, Pause, volume) says nothing
        return fixed or self._layout.cells.get(place) or (UNKNOWN if code in keys.PLACES else "")

    def _after_dead(self, place: tuple[int, int], character: str) -> str:
        dead, self._dead = self._dead, ""
        if place in self._layout.dead:
            if not dead:
                self._dead = character
                return ""
            return dead + character
        return compose(dead, character) if dead else character


def numbered(digits: str) -> str:
    """The character of Alt and a number on the keypad: of Windows' code page with a leading 0, of DOS' without one."""
    octet = int(digits) & 0xFF
    if octet < 0x80:  # DOS would draw pictures for control characters; scanners mean the characters
        return chr(octet)
    return bytes([octet]).decode("cp1252" if digits.startswith("0") else "cp437", "replace")
