"""Key codes of Linux, which name places on a keyboard (linux/input-event-codes.h), as far as scanners use them."""

ESC, BACKSPACE, TAB, ENTER, SPACE, CAPS_LOCK = 1, 14, 15, 28, 57, 58
LEFT_CTRL, LEFT_SHIFT, RIGHT_SHIFT, LEFT_ALT, RIGHT_CTRL, RIGHT_ALT = 29, 42, 54, 56, 97, 100
KEYPAD_ENTER = 96
KEYPAD_POINT = 83
KEYPAD_DIGITS = {82: 0, 79: 1, 80: 2, 81: 3, 75: 4, 76: 5, 77: 6, 71: 7, 72: 8, 73: 9}
KEYPAD_SIGNS = {55: "*", 78: "+", 74: "-", 98: "/"}

LEFT_BRACE, RIGHT_BRACE, BACKSLASH = 26, 27, 43

PLACES = (
    *(41, *range(2, 14)),  # ` 1 … 0 - = on an American keyboard
    *range(16, 28),  # q … p [ ]
    *(*range(30, 41), 43),  # a … l ; ' and the key that is \ there, left of Enter elsewhere
    *(86, *range(44, 54)),  # the key right of the left Shift, that Europe has, then z … m , . /
)
"""The 48 keys whose characters differ from country to country, row by row from the top left."""

CONTROL = {LEFT_BRACE: "\x1b", BACKSLASH: "\x1c", RIGHT_BRACE: "\x1d", 7: "\x1e", 12: "\x1f"}
"""What Ctrl makes of keys by their place, in every country's Windows layout: Ctrl+] is GS, which stands for FNC1."""

FUNCTION = {
    **{59 + number: chr(0x16 + number) for number in range(10)},  # F1 … F10: SYN … US, so that F8 is GS
    87: "\x10",  # F11: DLE
    88: "\x15",  # F12: NAK
}
"""Control characters as Honeywell scanners type them by default (user guides, "ASCII conversion chart", Ctrl+X off)."""
