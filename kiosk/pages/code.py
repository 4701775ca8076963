"""A QR as a drawing in the page: no picture to fetch, and sharp at every size."""

from typing import Any

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around it (ISO/IEC 18004)."""


def qr(address: str) -> Markup:
    """Black on white whatever the theme, since that is what every phone reads. The last part of the address is packed
    by itself, as tightly as its signs allow; the error correction is the highest that costs nothing."""
    base, slash, last = address.rpartition("/")
    parts: Any = [base + slash, last] if base and last else address  # segno takes segments; its types know of one
    code = segno.make(parts, error="l", micro=False)
    drawn = code.svg_inline(border=QUIET, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704  # segno's own drawing: nothing of the address stands in it as text
