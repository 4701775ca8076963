"""The symbols a shop meets: our names for them, and what zxing-cpp and zbar call them.

Which are looked for is chosen by measurement: UPC-E is read out of blurred EAN-13s and plain ITF out of stripes, with
check digits that pass; so both are asked for or not read at all.
"""

from collections.abc import Iterable
from typing import NamedTuple

from hardware.errors import BadOption


class Symbol(NamedTuple):
    """One symbology: the names of its members in zxing-cpp, its name in zbar ("" where it has none)."""

    zxing: tuple[str, ...]
    zbar: str = ""
    matrix: bool = False


SYMBOLS = {
    "ean13": Symbol(("EAN13",), "EAN13"),
    "ean8": Symbol(("EAN8",), "EAN8"),
    "upca": Symbol(("UPCA",), "EAN13"),  # zbar hands over a UPC-A as the EAN-13 with a leading 0 that it is
    "code128": Symbol(("Code128",), "CODE128"),
    "code39": Symbol(("Code39",), "CODE39"),
    "itf14": Symbol(("ITF14",), "I25"),
    "datamatrix": Symbol(("DataMatrix",), matrix=True),
    "qr": Symbol(("QRCodeModel2",), "QRCODE", matrix=True),
    "databar": Symbol(("DataBarOmni", "DataBarStk", "DataBarLtd")),  # zbar's is unfinished: it complains and errs
    "databar-expanded": Symbol(("DataBarExp", "DataBarExpStk")),
}
"""The retail symbols."""
OPT_IN = {
    "upce": Symbol(("UPCE",), "EAN13"),  # in which zbar gives it out, expanded
    "itf": Symbol(("ITF",), "I25"),
    "qr-model1": Symbol(("QRCodeModel1",), matrix=True),
}
"""What a shop may meet, and live pictures had better not be searched for."""
ALL = SYMBOLS | OPT_IN

FOUND = {
    "EAN13": "ean13",
    "EAN8": "ean8",
    "UPCA": "upca",
    "UPCE": "upca",  # the library expands UPC-E: what it hands over are the digits of a UPC-A
    "Code128": "code128",
    "Code39": "code39",
    "Code39Std": "code39",
    "Code39Ext": "code39",
    "ITF": "itf14",
    "ITF14": "itf14",
    "DataMatrix": "datamatrix",
    "QRCode": "qr",
    "QRCodeModel1": "qr",
    "QRCodeModel2": "qr",
    "DataBarOmni": "databar",
    "DataBarStk": "databar",
    "DataBarStkOmni": "databar",
    "DataBarLtd": "databar",
    "DataBarExp": "databar-expanded",
    "DataBarExpStk": "databar-expanded",
}
"""zxing-cpp's name of what it found (the family, where it was asked for a member), and ours."""
ZBAR_FOUND = {
    "EAN13": "ean13",
    "EAN8": "ean8",
    "UPCA": "upca",
    "UPCE": "upce",
    "CODE128": "code128",
    "CODE39": "code39",
    "I25": "itf14",
    "QRCODE": "qr",
}
GS1 = {"code128": "gs1-128", "datamatrix": "gs1-datamatrix", "qr": "gs1-qr"}
"""Symbols that begin with FNC1 hold GS1 element strings, which the data alone does not tell."""


def chosen(symbologies: Iterable[str] | None = None, *, upce: bool = False, itf: bool = False) -> tuple[str, ...]:
    """The names of the symbols to look for, all retail ones unless told; raises `BadOption` for one that is unknown."""
    if isinstance(symbologies, str):
        raise BadOption(f'symbologies = "{symbologies}" is no list: write symbologies = ["{symbologies}"]')
    names = list(SYMBOLS if symbologies is None else symbologies)
    for name in names:
        if name not in ALL:
            raise BadOption(f"symbologies names {name!r}, which is none of: {', '.join(ALL)}")
    if not names:
        raise BadOption("symbologies = [] would read nothing: name some, or leave it out for all retail symbols")
    return tuple(dict.fromkeys([*names, *(["upce"] if upce else []), *(["itf"] if itf else [])]))


def itf14_only(text: str) -> bool:
    """Whether digits read as ITF are an ITF-14: asked for it, both libraries hand over every other length too."""
    if len(text) != 14 or not text.isdigit():
        return False
    return sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(text)) % 10 == 0
