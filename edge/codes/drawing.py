"""Barcodes as drawings that a page holds itself: no script, no style, nothing to load."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, cast

QUIET = 10
"""Modules of white on either side of a Code 128 (ISO/IEC 15417)."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """An SVG path in a box of `width` and `height` modules."""

    width: int
    height: int
    path: str


@lru_cache(100)
def matrix(text: str, symbology: str) -> list[list[bool]]:
    """The code's rows of dark (True) and light modules, without white around it; a single row for bars. `symbology` as
    zxing names it."""
    import zxingcpp

    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    image: Any = made.to_image(scale=1, add_quiet_zones=False)
    dark = [[pixel == 0 for pixel in row] for row in cast(list[list[int]], memoryview(image).tolist())]
    return dark if symbology == "QRCode" else [dark[len(dark) // 3]]


def runs(row: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """Start and length of each stretch of dark modules."""
    at = 0
    for dark, stretch in groupby(row):
        length = len(list(stretch))
        if dark:
            yield at, length
        at += length


@lru_cache(100)
def code128(text: str) -> Drawing:
    """Imported when the first is drawn: zxing costs a tenth of a second."""
    import zxingcpp

    svg = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_svg()
    size = re.search(r'<svg width="(\d+)" height="(\d+)"', svg)
    path = re.search(r' d="([^"]+)"', svg)
    if size is None or path is None:
        raise ValueError(f"no barcode was drawn of {text!r}")
    return Drawing(width=int(size[1]), height=int(size[2]), path=path[1])


@lru_cache(100)
def qr(text: str) -> Drawing:
    """With the four modules of white around it that the standard wants (ISO/IEC 18004)."""
    import segno

    code = segno.make(text, error="m", micro=False)
    matrix = [bytes(row) for row in code.matrix_iter(border=4)]
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit)
    return Drawing(width=len(matrix[0]), height=len(matrix), path="".join(dark))
