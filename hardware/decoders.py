"""Codes in a picture: zxing-cpp for everything, zbar beside it for deliberate stills.

The libraries are loaded at first use.

Which symbols are looked for is chosen by measurement: UPC-E is read out of blurred EAN-13s, plain ITF out of stripes,
with check digits that pass; so both stay out of the live picture.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hardware.drivers import missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

DATABAR = ("DataBarOmni", "DataBarStk", "DataBarLtd", "DataBarExp", "DataBarExpStk")
LIVE = ("EAN13", "EAN8", "UPCA", "Code128", "Code39", "ITF14", "DataMatrix", "QRCodeModel2", *DATABAR)
"""zxing-cpp's names of the symbols it looks for."""
STILL = (*LIVE, "UPCE")
NAMES = {
    "EAN13": "ean13",
    "EAN8": "ean8",
    "UPCA": "upca",
    "UPCE": "upca",  # the library expands UPC-E: what it hands over are the digits of a UPC-A
    "Code128": "code128",
    "Code39": "code39",
    "ITF": "itf14",
    "DataMatrix": "datamatrix",
    "QRCode": "qr",
    "DataBarOmni": "databar",
    "DataBarStk": "databar",
    "DataBarLtd": "databar",
    "DataBarExp": "databar-expanded",
    "DataBarExpStk": "databar-expanded",
}
"""zxing-cpp's name of what it found (the family, where it was asked for a member), and ours."""
ZBAR = {"EAN13": "ean13", "EAN8": "ean8", "CODE128": "code128", "QRCODE": "qr"}
GS1 = {"code128": "gs1-128", "datamatrix": "gs1-datamatrix", "qr": "gs1-qr"}
"""Symbols that begin with FNC1 hold GS1 element strings, which the data alone does not tell."""


class Reading(NamedTuple):
    """One code in a picture; text as UTF-8, FNC1 as 0x1D."""

    symbology: str
    data: bytes


def read_live(image: "Image") -> list[Reading]:
    """What zxing-cpp reads among the symbols that are safe in a moving picture."""
    return _zxing(image, live=True)


def read_still(image: "Image", *, thorough: bool = False) -> list[Reading]:
    """What zxing-cpp reads in a deliberate picture; `thorough` adds what zbar reads, which errs more often."""
    readings = _zxing(image, live=False)
    if thorough:
        known = {reading.data for reading in readings}
        readings += [reading for reading in _zbar(image) if reading.data not in known]
    return readings


def _zxing(image: "Image", *, live: bool) -> list[Reading]:
    library = _library()
    wanted = [getattr(library.BarcodeFormat, name) for name in (LIVE if live else STILL)]
    found = library.read_barcodes(image, formats=wanted, text_mode=library.TextMode.Plain)
    return list(dict.fromkeys(_reading(library, code) for code in found))


def _reading(library: Any, code: Any) -> Reading:
    name = _names()[code.format]
    if code.content_type == library.ContentType.GS1:
        name = GS1.get(name, name)
    return Reading(name, code.text.encode())


@cache
def _names() -> dict[Any, str]:
    return {getattr(_library().BarcodeFormat, name): ours for name, ours in NAMES.items()}


def _library() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise missing("reading pictures", error) from error
    return zxingcpp


def _zbar(image: "Image") -> list[Reading]:
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        raise missing("reading pictures thoroughly", error) from error
    grey = image if image.ndim == 2 else image.mean(axis=2).astype("uint8")
    wanted = [pyzbar.ZBarSymbol[name] for name in ZBAR]
    return list(dict.fromkeys(Reading(ZBAR[code.type], code.data) for code in pyzbar.decode(grey, symbols=wanted)))
