"""What stands around the data: AIM identifiers (ISO/IEC 15424), add-ons, composites and the spellings of FNC1."""

import re
from dataclasses import dataclass

GS = "\x1d"
NAMES = {
    "E0": "ean13",
    "E1": "addon",
    "E2": "addon",
    "E3": "ean13addon",
    "E4": "ean8",
    "C0": "code128",
    "C1": "gs1",
    "e0": "gs1",
    "d0": "datamatrix",
    "d1": "datamatrix",
    "d2": "gs1",
    "Q0": "qr",
    "Q1": "qr",
    "Q3": "gs1",
    "J0": "dotcode",
    "J1": "gs1",
    "Q4": "gs1",
    "d5": "gs1",
    "z1": "gs1",
    "z4": "gs1",
    "J4": "gs1",
    "I0": "itf",
    "I1": "itf",
}
"""Identifiers whose data has rules of its own; the other known letters carry free text."""
KNOWN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVXYZcdehopsz"
RETAIL_LETTERS = "EXZ"
"""EAN/UPC, what the maker of the reader chose (often books), and keys: their digits may be any article's number."""
WITH_ECI = {"Q2", "Q4", "Q6", "d4", "d5", "d6", "z3", "z4", "z5", "J3", "J4", "J5"}
ECI = re.compile(r"\\(?:(\\)|[0-9]{6})")
"""What the ECI protocol adds: the number of a character set behind a backslash, and each other backslash doubled."""
GS1_SYMBOLOGIES = {"gs1", "gs1128", "gs1datamatrix", "gs1qr", "databarexp", "databarexpanded", "databarexpandedstacked"}
EDGES = "\t\r\n\0\x02\x03\ufeff"
"""Taken off both ends: what readers put around a code (STX, ETX too), and the mark files of text begin with.
`str.strip` alone would also take FNC1."""
COMPOSITE = "|]e0"
"""Between a linear code and the 2-D part of a composite (GS1 General Specifications 5.9)."""
FNC1 = re.compile("␝|<GS>|<FNC1>|\\{GS\\}|\\{FNC1\\}")


@dataclass(frozen=True)
class Framed:
    """Data with its frame taken off. `aim` is "" where the reader sent none, and "?" where it sent an unknown one."""

    symbology: str
    text: str
    aim: str = ""
    composite: str | None = None
    """The element string of the 2-D part that was printed above a linear code; None where there was none."""


def unframe(data: str, symbology: str) -> Framed:
    text = FNC1.sub(GS, data.strip(EDGES).lstrip(" "))
    name = re.sub(r"[^a-z0-9]", "", symbology.lower())
    if not text.startswith("]"):
        return Framed(name, text if text.startswith((GS, "^", "(")) else text.rstrip(" "))
    aim = text[1:3]
    if len(aim) < 2 or aim[0] not in KNOWN_LETTERS or not aim[1].isascii() or not aim[1].isalnum():
        return Framed(name, text, aim="?")
    body = ECI.sub(lambda found: found[1] or "", text[3:]) if aim in WITH_ECI else text[3:]
    linear, bar, composite = body.partition(COMPOSITE)
    name = NAMES.get(aim) or name or ("" if aim[0] in RETAIL_LETTERS else "other")
    return Framed(name, linear if name == "gs1" else linear.strip(" "), aim, composite if bar else None)
