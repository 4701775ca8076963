"""Debian's own keyboard tables (xkb-data, by libxkbcommon), to hold ours against."""

import ctypes
from dataclasses import dataclass

import pytest

MISSING = "apt-get install libxkbcommon0 xkb-data"
COUNTRIES = {"us": "us", "uk": "gb", "de": "de", "es": "es", "fr": "fr"}
EVDEV = 8
"""What X11 adds to Linux' key codes."""
DEAD = {0xFE50: "`", 0xFE51: "´", 0xFE52: "^", 0xFE53: "~", 0xFE57: "¨"}
"""Key symbols of dead keys (X11/keysymdef.h), and the character each stands for."""


class Names(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


@dataclass(frozen=True)
class Keymap:
    """A country's keyboard; closed by nobody, as it lives for the tests' time."""

    library: ctypes.CDLL
    handle: int

    def symbol(self, key: int, level: int) -> tuple[str, bool]:
        """The character at a place, "" for none, and whether it is a dead key."""
        found = ctypes.POINTER(ctypes.c_uint32)()
        count = self.library.xkb_keymap_key_get_syms_by_level(
            ctypes.c_void_p(self.handle), key + EVDEV, 0, level, ctypes.byref(found)
        )
        if count != 1:
            return "", False
        if found[0] in DEAD:
            return DEAD[found[0]], True
        octet = self.library.xkb_keysym_to_utf32(found[0])
        return (chr(octet) if octet else ""), False


def keymap(layout: str) -> Keymap:
    try:
        library = ctypes.CDLL("libxkbcommon.so.0")
    except OSError:
        pytest.skip(f"libxkbcommon is not installed: {MISSING}")
    library.xkb_context_new.restype = library.xkb_keymap_new_from_names.restype = ctypes.c_void_p
    context = library.xkb_context_new(0)
    names = Names(b"evdev", b"pc105", COUNTRIES[layout].encode(), b"", b"")
    handle = library.xkb_keymap_new_from_names(ctypes.c_void_p(context), ctypes.byref(names), 0)
    if not handle:
        pytest.skip(f"xkb-data is not installed: {MISSING}")
    return Keymap(library, handle)
