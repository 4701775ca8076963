"""The sheet on paper, read back by a decoder."""

from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from edge.cli.selftest.codes import CODES, TestCode
from edge.cli.selftest.drawing import draw
from edge.codes.drawing import runs

pdfium = pytest.importorskip("pypdfium2", reason="the page can't be rendered: pip install pypdfium2")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> "np.ndarray":
    """The page at 200 dots an inch, in grey."""
    path = tmp_path_factory.mktemp("sheet") / "sheet.pdf"
    draw(path)
    with pdfium.PdfDocument(path) as document:
        assert len(document) == 1
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)  # A4
        return np.array(document[0].render(scale=200 / 72).to_pil().convert("L"))


@pytest.fixture(scope="module")
def decoded(page: "np.ndarray") -> list[tuple[str, str]]:
    """AIM identifier and data of every code on the page."""
    return [(code.symbology_identifier, code.bytes.decode()) for code in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.id))
def test_every_code_of_the_sheet_can_be_read_from_it(code: TestCode, decoded: list[tuple[str, str]]) -> None:
    assert [data for aim, data in decoded if aim == code.aim and data in (code.data, *code.also)]


def test_there_is_nothing_else_to_scan(decoded: list[tuple[str, str]]) -> None:
    assert len(decoded) == len(CODES)


def test_every_printable_character_is_on_the_bars() -> None:
    """So that a laser scanner meets each sign that moves between countries."""
    bars = "".join(code.data for code in CODES if code.format == "Code128")
    assert not set("-/:;()[]{}@#&+=?_\"'~^`|\\<>,.%*!$ 0123456789azqwymAZQWYM") - set(bars)


def test_the_same_sheet_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        draw(tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_stretches_of_dark_modules_are_found() -> None:
    assert list(runs(np.array([True, True, False, True]))) == [(0, 2), (3, 1)]
