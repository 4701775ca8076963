"""The sheet on paper: one A4 page, every code in vectors."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from edge.cli.selftest.codes import CODES, TestCode
from edge.codes.drawing import runs

mm = 72 / 25.4
"""In points."""
WIDTH, HEIGHT = float(A4[0]), float(A4[1])
MARGIN, GUTTER = 14 * mm, 5 * mm
MODULE, SQUARE = 0.33 * mm, 0.75 * mm
"""The narrowest bar, and the side of a square of a matrix code: read by every scanner at hand's distance."""
BAR_HEIGHT = 13 * mm
INK, SOFT, RULE = (0.09, 0.10, 0.13), (0.38, 0.40, 0.45), (0.80, 0.82, 0.85)
COLUMNS = {"characters": 3, "gs1": 4, "shelf": 3}
ROW = {"characters": 27.5 * mm, "gs1": 43.5 * mm, "shelf": 27.5 * mm}
GROUPS = {
    "characters": "Characters that keyboards of other countries put elsewhere",
    "gs1": "Separators of GS1 codes, and square codes (a laser scanner skips the squares)",
    "shelf": "Codes on goods and cartons",
}
HOW_TO = (
    "Print at 100 % and lay the sheet flat. On the box run:   tote doctor --scanner NAME",
    "It asks for them one by one and says which setting mends what arrives wrong. Cover the others with your hand.",
    "The codes only carry text: scanning them changes nothing at the scanner.",
)
FNC1 = (
    "FNC1 ends a lot or serial number inside a GS1 code.",
    "It should arrive as GS (ASCII 29); scanners that are",
    "keyboards press Ctrl+] or F8 for it.",
)
FOOT = "Scanners may send AIM identifiers (]C0, ]E0, ]d2 …) before each code: tote doctor says whether yours does."


def draw(path: Path) -> None:
    """Write the sheet as PDF."""
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    canvas.setTitle("Tote: scanner self-test")
    top = _head(canvas)
    for group, codes in groupby(enumerate(CODES, 1), key=lambda numbered: numbered[1].group):
        top = _group(canvas, group, list(codes), top)
    _words(canvas, MARGIN, 11 * mm, FOOT, "Helvetica", 8, SOFT)
    canvas.save()


def _head(canvas: Any) -> float:
    _words(canvas, MARGIN, HEIGHT - 21 * mm, "Scanner self-test", "Helvetica-Bold", 22, INK)
    for line, text in enumerate(HOW_TO):
        _words(canvas, MARGIN, HEIGHT - (27.5 + 4.3 * line) * mm, text, "Helvetica", 8.6, INK)
    return HEIGHT - 46 * mm


def _group(canvas: Any, group: str, codes: Sequence[tuple[int, TestCode]], top: float) -> float:
    """Draw one group below `top`; returns where the next begins."""
    canvas.setStrokeColorRGB(*RULE)
    canvas.line(MARGIN, top + 4.4 * mm, WIDTH - MARGIN, top + 4.4 * mm)
    _words(canvas, MARGIN, top, GROUPS[group], "Helvetica-Bold", 9.5, SOFT)
    bottom, width = top - 5 * mm, (WIDTH - 2 * MARGIN + GUTTER) / COLUMNS[group]
    if group == "gs1":  # its first is as long as two, and explains itself beside
        _cell(canvas, MARGIN, bottom, *codes[0])
        for line, text in enumerate(FNC1):
            _words(canvas, MARGIN + 2 * width + 5 * mm, bottom - (7 + 4.3 * line) * mm, text, "Helvetica", 8.6, SOFT)
        codes, bottom = codes[1:], bottom - 27.5 * mm
    for place, (number, code) in enumerate(codes):
        row, column = divmod(place, COLUMNS[group])
        _cell(canvas, MARGIN + column * width, bottom - row * ROW[group], number, code)
    rows = -(-len(codes) // COLUMNS[group])
    return bottom - rows * ROW[group] - 3.5 * mm


def _cell(canvas: Any, left: float, top: float, number: int, code: TestCode) -> None:
    _words(canvas, left, top - 2 * mm, str(number), "Helvetica-Bold", 8.5, INK)
    _words(canvas, left + 5 * mm, top - 2 * mm, code.title, "Helvetica", 8.5, INK)
    picture = modules(code)
    tall = picture.shape[0] > 1
    bottom = _bars(canvas, left + 5 * mm, top - 4.5 * mm, picture, tall=tall)
    _words(canvas, left + 5 * mm, bottom - 3.4 * mm, code.printed, "Courier", 8, INK)


def _words(
    canvas: Any, x: float, y: float, text: str, font: str, size: float, colour: tuple[float, float, float]
) -> None:
    canvas.setFont(font, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawString(x, y, text)


def _bars(canvas: Any, left: float, top: float, picture: "np.ndarray[Any, Any]", *, tall: bool) -> float:
    """Draw dark modules as rectangles, runs of a row as one; returns the bottom. Neighbours share their edges."""
    side, height = (SQUARE, SQUARE) if tall else (MODULE, BAR_HEIGHT)
    canvas.setFillColorRGB(0, 0, 0)
    for row, modules_of_row in enumerate(picture):
        for start, length in runs(modules_of_row):
            canvas.rect(left + start * side, top - (row + 1) * height, length * side, height, stroke=0, fill=1)
    return top - len(picture) * height


def modules(code: TestCode) -> "np.ndarray[Any, Any]":
    """The code as rows of dark (True) and light modules, a single row for bars."""
    options: dict[str, object] = {"gs1": True, "forceSquare": True} if code.is_gs1 else {}
    if code.format == "QRCode":
        options["eci"] = "UTF-8"
    made = zxingcpp.create_barcode(code.content or code.data, getattr(zxingcpp.BarcodeFormat, code.format), **options)
    dark: np.ndarray[Any, Any] = np.array(made.to_image(scale=1, add_quiet_zones=False)) == 0
    return dark if code.format in ("QRCode", "DataMatrix") else dark[len(dark) // 3][None, :]
