"""The keyboards of five countries, as Windows lays them out, since that is whom scanners type for.

Sources: Microsoft's KBDUS, KBDUK, KBDGR, KBDSP and KBDFR; the tests hold every key against Debian's xkb-data. They
differ in that Windows has dead keys for AltGr+4 (Spain), AltGr+2 and AltGr+7 (France) where X11 gives the character.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from hardware.keyboards import keys

Place = tuple[int, int]
"""A key code, and its level: 0 plain, 1 with Shift, 2 with AltGr."""

ABSENT = "␀"
COMBINING = {"^": "\u0302", "´": "\u0301", "`": "\u0300", "¨": "\u0308", "~": "\u0303"}


@dataclass(frozen=True)
class Layout:
    """A country's keyboard: `cells` gives the character at a place; those in `dead` wait for the next character."""

    name: str
    cells: Mapping[Place, str]
    dead: frozenset[Place]
    point: str
    """The character of the keypad's decimal key."""

    @property
    def has_altgr(self) -> bool:
        """The right Alt key is AltGr here, and Ctrl+Alt stands for it."""
        return any(level == 2 for _, level in self.cells)

    def is_letter(self, key: int) -> bool:
        """Caps Lock acts on the key."""
        plain = self.cells.get((key, 0), "")
        return plain.isalpha() and plain.upper() == self.cells.get((key, 1))


def compose(dead: str, character: str) -> str:
    """What a dead key and the next character give: one accented, or both where there is none; before a space itself."""
    if character == " ":
        return dead
    both = unicodedata.normalize("NFC", character + COMBINING[dead]) if character.isalpha() else ""
    return both if len(both) == 1 else dead + character


def _layout(
    name: str, plain: str, shift: str, altgr: Mapping[int, str], dead: tuple[Place, ...] = (), point: str = "."
) -> Layout:
    cells = {(keys.SPACE, level): " " for level in (0, 1)}
    for level, row in enumerate((plain, shift)):
        cells |= {
            (key, level): cell for key, cell in zip(keys.PLACES, row.replace(" ", ""), strict=True) if cell != ABSENT
        }
    cells |= {(key, 2): cell for key, cell in altgr.items()}
    return Layout(name, cells, frozenset(dead), point)


LAYOUTS = {
    layout.name: layout
    for layout in (
        _layout(
            "us",
            "`1234567890-= qwertyuiop[] asdfghjkl;'\\ ␀zxcvbnm,./",
            '~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| ␀ZXCVBNM<>?',
            {},
        ),
        _layout(
            "uk",
            "`1234567890-= qwertyuiop[] asdfghjkl;'# \\zxcvbnm,./",
            '¬!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@~ |ZXCVBNM<>?',
            {41: "¦", 5: "€", 18: "é", 22: "ú", 23: "í", 24: "ó", 30: "á"},
        ),
        _layout(
            "de",
            "^1234567890ß´ qwertzuiopü+ asdfghjklöä# <yxcvbnm,.-",
            "°!\"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖÄ' >YXCVBNM;:_",
            {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~", 86: "|", 50: "µ"},
            ((41, 0), (13, 0), (13, 1)),
            ",",
        ),
        _layout(
            "es",
            "º1234567890'¡ qwertyuiop`+ asdfghjklñ´ç <zxcvbnm,.-",
            'ª!"·$%&/()=?¿ QWERTYUIOP^* ASDFGHJKLÑ¨Ç >ZXCVBNM;:_',
            {41: "\\", 2: "|", 3: "@", 4: "#", 5: "~", 6: "€", 7: "¬", 18: "€", 26: "[", 27: "]", 40: "{", 43: "}"},
            ((26, 0), (26, 1), (40, 0), (40, 1), (5, 2)),
        ),
        _layout(
            "fr",
            "²&é\"'(-è_çà)= azertyuiop^$ qsdfghjklmù* <wxcvbn,;:!",
            "␀1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM%µ >WXCVBN?./§",
            {
                3: "~",
                4: "#",
                5: "{",
                6: "[",
                7: "|",
                8: "`",
                9: "\\",
                10: "^",
                11: "@",
                12: "]",
                13: "}",
                18: "€",
                27: "¤",
            },
            ((26, 0), (26, 1), (3, 2), (8, 2)),
        ),
    )
}
