"""The pick-up code of a basket: short enough to be said over a counter, the same on the box and at HQ."""

import re
from hashlib import sha256

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing that is mistaken for something else when it is read out or copied by hand."""
LENGTH = 6
MARK = "TB-"
"""What a barcode has before the code, so that no article's number is taken for one."""
CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that nobody means, by what is meant."""
_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


def code(basket: str) -> str:
    """Of the basket with this id: thirty bits of its hash, so that the ids' common beginning does not matter."""
    bits = int.from_bytes(sha256(f"pickup\0{basket}".encode()).digest()[:4], "big") >> 2
    return "".join(LETTERS[bits >> shift & 31] for shift in range(25, -1, -5))


def spelled(code: str) -> str:
    """ "K7M 4QX"."""
    return f"{code[:3]} {code[3:]}"


def in_barcode(code: str) -> str:
    return MARK + code


def read(text: str) -> str | None:
    """The code that somebody typed, or that stands in a barcode; None where it is none."""
    letters = re.sub(r"[\s-]", "", text.upper()[:40]).translate(CONFUSED)
    letters = letters[2:] if len(letters) == LENGTH + 2 and letters.startswith("TB") else letters
    return letters if _CODE.fullmatch(letters) else None


def is_barcode(text: str) -> bool:
    return text.startswith(MARK) and _CODE.fullmatch(text[len(MARK) :]) is not None
