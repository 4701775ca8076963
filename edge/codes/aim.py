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
    "I0": "itf",
    "I1": "itf",
}
"""Identifiers whose data has rules of its own; the other known letters carry free text."""
KNOWN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVXYZcdehopsz"
GS1_SYMBOLOGIES = {"gs1", "gs1128", "gs1datamatrix", "gs1qr", "databarexp", "databarexpanded", "databarexpandedstacked"}
EDGES = "\t\r\n\0"
"""Taken off both ends: what readers put behind a code. `str.strip` alone would also take FNC1."""
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
    linear, bar, composite = text[3:].partition(COMPOSITE)
    name = NAMES.get(aim, name)
    return Framed(name, linear if name == "gs1" else linear.strip(" "), aim, composite if bar else None)
