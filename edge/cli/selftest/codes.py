"""The codes of the sheet, in the order they are asked for: what each must give, and why it is there."""

import string
from dataclasses import dataclass
from typing import Literal

GS = "\x1d"
"""What FNC1 inside a GS1 code is sent as (GS1 General Specifications, 7.8.3)."""
ELEMENTS = "(01)04006381333931(10)ABC(21)1"
GS1 = f"010400638133393110ABC{GS}211"


@dataclass(frozen=True, kw_only=True)
class TestCode:
    """One code on the sheet. `data` is what a scanner sends for it, `aim` its AIM identifier, `also` what may be sent
    instead; without a `need` it is skipped unharmed."""

    __test__ = False  # to pytest

    id: str
    title: str
    format: str
    """zxing-cpp's name of the symbology."""
    data: str
    aim: str
    also: tuple[str, ...] = ()
    caption: str = ""
    content: str = ""
    """What is written where that is not the data."""
    group: Literal["characters", "gs1", "shelf"] = "characters"
    need: bool = True
    times: int = 1
    """How often it is to be scanned."""
    hint: str = ""
    """What to do where it is not read at all."""

    @property
    def is_gs1(self) -> bool:
        return self.content == ELEMENTS

    @property
    def printed(self) -> str:
        """What stands under it."""
        return self.caption or self.content or self.data


def _text(name: str, title: str, data: str, times: int = 1) -> TestCode:
    return TestCode(id=name, title=title, format="Code128", data=data, aim="]C0", times=times)


LASER = "a laser scanner reads no square codes: skip it; a camera scanner: switch the symbology on"
SYMBOLOGY = "switch the symbology on at the scanner, if your goods bear it"

CODES = (
    _text("digits", "Digits", "0123456789"),
    _text("upper", "Upper case", "AMQWYZ"),
    _text("lower", "Lower case", "amqwyz"),
    _text("marks", "Marks", "-/:;.,"),
    _text("brackets", "Brackets", "()[]{}<>"),
    _text("signs", "Signs", "@#&+=?%*"),
    _text("quotes", "Quotes and accents", "_\"'~^`"),
    _text("strokes", "Strokes", "|\\!$"),
    _text("suffix", "Spaces and suffix: scan twice", "END OF CODE", times=2),
    TestCode(
        id="gs1-128", title="FNC1 in a GS1-128", format="Code128", data=GS1, aim="]C1", content=ELEMENTS, group="gs1"
    ),
    TestCode(
        id="gs1-datamatrix",
        title="FNC1 in a DataMatrix",
        caption="the same",
        format="DataMatrix",
        data=GS1,
        aim="]d2",
        content=ELEMENTS,
        group="gs1",
        need=False,
        hint=LASER,
    ),
    TestCode(
        id="printable",
        title="All of ASCII",
        caption="0-9 a-z A-Z !-~",
        format="QRCode",
        data=string.digits + string.ascii_letters + string.punctuation + " .",
        aim="]Q1",
        group="gs1",
        need=False,
        hint=LASER,
    ),
    TestCode(
        id="link",
        title="A link",
        caption="https://id.example/",
        format="QRCode",
        data="https://id.example/01/04006381333931?10=ABC",
        aim="]Q1",
        group="gs1",
        need=False,
        hint=LASER,
    ),
    TestCode(
        id="letters",
        title="Letters beyond ASCII",
        format="QRCode",
        data="äöüßéèçñ€",
        aim="]Q1",
        group="gs1",
        need=False,
        hint=LASER,
    ),
    TestCode(id="ean-13", title="EAN-13", format="EAN13", data="4006381333931", aim="]E0", group="shelf"),
    TestCode(id="ean-8", title="EAN-8", format="EAN8", data="40123455", aim="]E4", group="shelf"),
    TestCode(
        id="upc-a",
        title="UPC-A",
        format="UPCA",
        data="036000291452",
        also=("0036000291452",),
        aim="]E0",
        group="shelf",
        need=False,
        hint=SYMBOLOGY,
    ),
    TestCode(
        id="upc-e",
        title="UPC-E",
        format="UPCE",
        data="01234565",
        also=("123456", "0123456", "1234565", "012345000065", "0012345000065"),
        aim="]E0",
        group="shelf",
        need=False,
        hint=SYMBOLOGY,
    ),
    TestCode(
        id="itf-14",
        title="ITF-14",
        format="ITF",
        data="14006381333938",
        aim="]I1",
        group="shelf",
        need=False,
        hint=SYMBOLOGY,
    ),
    TestCode(
        id="databar",
        title="GS1 DataBar",
        format="DataBarOmni",
        data="0104006381333931",
        content="04006381333931",
        also=("04006381333931",),
        aim="]e0",
        group="shelf",
        need=False,
        hint=SYMBOLOGY,
    ),
)
