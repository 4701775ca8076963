"""Live decoders behind one interface: what each reads out of the same pictures, and what it leaves alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zxingcpp

from hardware.errors import BadOption
from hardware.imaging.decoders import Decoder, Reading
from hardware.imaging.live import DECODERS, TURN_AT, Live, checked
from hardware.imaging.pictures import opencv
from hardware.imaging.symbols import chosen

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image


def code(text: str, name: str, **options: str) -> "Image":
    bars = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name), **options).to_image(scale=3)
    return np.pad(np.array(bars), 60, constant_values=255)


def sideways(picture: "Image") -> "Image":
    return np.ascontiguousarray(np.rot90(picture))


@pytest.fixture(params=DECODERS)
def make(request: pytest.FixtureRequest) -> Callable[..., Decoder]:
    return lambda **options: checked(request.param)(chosen(**options))


@pytest.mark.parametrize(
    ("name", "text", "symbology", "data"),
    [
        ("EAN13", "4006381333931", "ean13", "4006381333931"),
        ("EAN8", "96385074", "ean8", "96385074"),
        ("UPCA", "012345678905", "ean13", "0012345678905"),
        ("Code128", "A-1/2", "code128", "A-1/2"),
        ("Code39", "TOTE 39", "code39", "TOTE 39"),
        ("ITF", "30712345000010", "itf14", "30712345000010"),
        ("QRCode", "https://a.example/01/1", "qr", "https://a.example/01/1"),
    ],
)
def test_each_decoder_reads_the_retail_symbols(
    make: Callable[..., Decoder], name: str, text: str, symbology: str, data: str
) -> None:
    assert make().read(code(text, name)) == [Reading(symbology, data.encode())]


def test_only_the_symbols_asked_for_are_read(make: Callable[..., Decoder]) -> None:
    assert make(symbologies=["qr"]).read(code("4006381333931", "EAN13")) == []
    assert len(make(symbologies=["ean13"]).read(code("4006381333931", "EAN13"))) == 1


def test_plain_itf_and_upce_are_read_only_where_asked_for(make: Callable[..., Decoder]) -> None:
    itf, upce = code("0053611912", "ITF"), code("01234565", "UPCE")
    assert make().read(itf) == [] and make().read(upce) == []
    assert make(itf=True).read(itf) == [Reading("itf", b"0053611912")]
    assert len(make(upce=True).read(upce)) == 1


def test_a_code_on_its_side_is_read_from_the_third_picture_on_and_then_at_once() -> None:
    live, picture = Live(chosen()), sideways(code("4006381333931", "EAN13"))
    looks = [len(live.read(picture)) for _ in range(TURN_AT + 3)]
    assert looks == [0] * (TURN_AT - 1) + [1] * 4
    assert len(live.read(code("4006381333931", "EAN13"))) == 1


def test_a_linear_code_beside_a_matrix_code_is_read_too() -> None:
    square, bars = code("https://a.example/1", "QRCode"), code("4006381333931", "EAN13")
    height = max(len(square), len(bars))
    both = np.hstack([np.pad(each, ((0, height - len(each)), (0, 0)), constant_values=255) for each in (square, bars)])
    hidden = opencv().GaussianBlur(both, (0, 0), 2.1)  # so that only the cut-out region gives the bars
    assert {each.symbology for each in Live(chosen()).read(hidden)} >= {"ean13"}
    assert {each.symbology for each in Live(chosen()).read(both)} == {"qr", "ean13"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"symbologies": ["ean31"]}, "'ean31', which is none of: ean13"),
        ({"symbologies": []}, "would read nothing"),
        ({"symbologies": "qr"}, r"write symbologies = \[\"qr\"\]"),
    ],
)
def test_a_wrong_choice_names_the_fix(options: dict[str, list[str]], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        chosen(**options)  # type: ignore[arg-type]


def test_an_unknown_decoder_and_one_that_could_read_nothing_are_refused() -> None:
    with pytest.raises(BadOption, match="none of: zxing, pyzbar"):
        checked("zebra")
    with pytest.raises(BadOption, match="can't read"):
        checked("pyzbar")(chosen(["datamatrix"]))
