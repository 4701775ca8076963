"""Shelf labels as PDF: name, size, price, a GS1 Digital Link as QR for phones, and the EAN for scanners, in vectors."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from edge.codes.drawing import matrix, runs
from kiosk.sheets import Sheet

mm = 72 / 25.4
"""In points."""
PAD, GAP = 2.5 * mm, 2 * mm
TEXT, BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT = (0.05, 0.11, 0.13), (0.36, 0.40, 0.42)
MODULE = 0.33 * mm
"""The narrowest bar of an EAN at its nominal size (GS1 General Specifications, 5.2)."""
DIGITS = 6.5
"""Points of the digits below bars."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """`price` and `was` as people read them; `gtin` in 14 digits and `link` its Digital Link, both "" without one;
    `sizes` are all that this colour comes in."""

    name: str
    variant: str
    sizes: Sequence[str]
    price: str
    was: str
    sku: str
    gtin: str
    link: str


def as_pdf(labels: Sequence[Label], sheet: Sheet) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.page[0] * mm, sheet.page[1] * mm), invariant=True)
    canvas.setTitle("Shelf labels")
    for page in _batches(labels, sheet.columns * sheet.rows):
        for place, label in enumerate(page):
            row, column = divmod(place, sheet.columns)
            left = sheet.left + column * (sheet.size[0] + sheet.gap)
            bottom = sheet.page[1] - sheet.top - (row + 1) * sheet.size[1]
            canvas.saveState()
            canvas.translate(left * mm, bottom * mm)
            _draw(canvas, label, sheet.size[0] * mm, sheet.size[1] * mm)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _batches(labels: Sequence[Label], size: int) -> list[Sequence[Label]]:
    return [labels[first : first + size] for first in range(0, len(labels), size)]


def _draw(canvas: Any, label: Label, width: float, height: float) -> None:
    """Words above, codes below; the price stands at the right, as large as there is room."""
    codes = min(height * 0.48, 24 * mm)
    below = PAD + codes + GAP * 0.75
    price = _price(canvas, label, width, below, height)
    room = width - 2 * PAD - price - GAP
    size = min(max(8.5, height / mm * 0.26), 16.0)
    top = height - PAD - size * 0.75
    for line in _lines(label.name, BOLD, size, room, most=2):
        _words(canvas, PAD, top, line, BOLD, size, INK)
        top -= size * 1.08
    small = size * 0.8
    for text, colour in ((label.variant, INK), ("  ".join(label.sizes) if len(label.sizes) > 1 else "", SOFT)):
        if text and top >= below:
            _words(canvas, PAD, top, _lines(text, TEXT, small, room, most=1)[0], TEXT, small, colour)
            top -= small * 1.25
    left = PAD
    if label.link:
        left += _qr(canvas, label.link, PAD, PAD, codes) + GAP
    _bars(canvas, label, left, width - PAD, PAD, codes)


def _price(canvas: Any, label: Label, width: float, below: float, height: float) -> float:
    """Returns how wide it is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    room, size = width * 0.5, min((height - below - PAD) * 0.62, 30.0)
    price = _plain(label.price)
    size = min(size, size * room / stringWidth(price, BOLD, size))
    wide: float = stringWidth(price, BOLD, size)
    top = height - PAD - size * 0.74
    _words(canvas, width - PAD - wide, top, price, BOLD, size, INK)
    if label.was:
        was, small = _plain(label.was), max(size * 0.4, 7.0)
        long, y = stringWidth(was, TEXT, small), top - small * 1.25
        _words(canvas, width - PAD - long, y, was, TEXT, small, SOFT)
        canvas.setStrokeColorRGB(*SOFT)
        canvas.line(width - PAD - long, y + small * 0.28, width - PAD, y + small * 0.28)
    return wide


def _qr(canvas: Any, link: str, left: float, bottom: float, side: float) -> float:
    """As large as `side` with half its quiet zone; the rest of it is the label's own white. Returns its width."""
    rows = matrix(link, "QRCode")
    module = side / len(rows)
    canvas.setFillColorRGB(0, 0, 0)
    for number, row in enumerate(rows):
        for start, length in runs(row):
            y = bottom + side - (number + 1) * module
            canvas.rect(left + start * module, y, length * module, module, stroke=0, fill=1)
    return side + 2 * module


def _bars(canvas: Any, label: Label, left: float, right: float, bottom: float, height: float) -> None:
    """The EAN at its nominal size, smaller where it must be; the shop's own number where the article has no EAN."""
    code, kind, printed = symbol(label)
    row = matrix(code, kind)[0]
    quiet = 11
    module = min(MODULE, (right - left) / (len(row) + 2 * quiet))
    begin = right - (len(row) + quiet) * module
    canvas.setFillColorRGB(0, 0, 0)
    for start, length in runs(row):
        canvas.rect(begin + start * module, bottom + DIGITS, length * module, height - DIGITS, stroke=0, fill=1)
    canvas.setFont(TEXT, DIGITS)
    canvas.drawCentredString(begin + len(row) * module / 2, bottom, printed)


def symbol(label: Label) -> tuple[str, str, str]:
    """What stands in the bars, their symbology, and what is printed below them."""
    if label.gtin.startswith("000000"):
        return label.gtin[6:], "EAN8", label.gtin[6:]
    if label.gtin.startswith("0"):
        return label.gtin[1:], "EAN13", label.gtin[1:]
    if label.gtin:
        return label.gtin, "ITF", label.gtin
    return label.sku, "Code128", label.sku


def _lines(text: str, font: str, size: float, room: float, *, most: int) -> list[str]:
    """The text in at most so many lines; what does not fit ends in an ellipsis."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = simpleSplit(_plain(text), font, size, room)
    kept = lines[:most] or [""]
    last = kept[-1] + ("…" if len(lines) > most else "")
    while len(last) > 1 and stringWidth(last, font, size) > room:
        last = last.rstrip("…")[:-1] + "…"
    return [*kept[:-1], last]


def _words(canvas: Any, x: float, y: float, text: str, font: str, size: float, colour: tuple[float, ...]) -> None:
    canvas.setFont(font, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawString(x, y, _plain(text))


def _plain(text: str) -> str:
    """As the printer's built-in letters have it (code page 1252): what they lack becomes a question mark."""
    return text.replace("\u202f", "\u00a0").encode("cp1252", "replace").decode("cp1252")
