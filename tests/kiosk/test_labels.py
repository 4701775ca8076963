"""Shelf labels, rendered and read back by the project's own decoder."""

import pytest

from hardware.imaging.decode import decode
from kiosk.labels import Label, as_pdf
from kiosk.sheets import SHEETS, Sheet

np = pytest.importorskip("numpy")
pdfium = pytest.importorskip("pypdfium2", reason="the page can't be rendered: pip install pypdfium2")

LINK = "https://id.gs1.org/01/09506000100043"


def label(gtin: str = "09506000100043", link: str = LINK, name: str = "Rannik hiking boot", was: str = "") -> Label:
    sizes = ("39", "40", "41", "42", "43")
    return Label(
        name=name, variant="42 · Amber", sizes=sizes, price="€189.95", was=was, sku="RANNIK-42", gtin=gtin, link=link
    )


def pages(labels: list[Label], sheet: Sheet) -> list["np.ndarray"]:
    """At the 300 dots an inch of a label printer, in grey."""
    with pdfium.PdfDocument(as_pdf(labels, sheet)) as document:
        return [np.array(page.render(scale=300 / 72).to_pil().convert("L")) for page in document]


def read(page: "np.ndarray") -> set[str]:
    return {scan.data.decode() for scan in decode(np.ascontiguousarray(page))}


@pytest.mark.parametrize("name", SHEETS)
def test_phones_and_scanners_read_every_size_of_label(name: str) -> None:
    sheet = SHEETS[name]
    (page,) = pages([label(was="€229.95")], sheet)
    high, wide = page.shape
    assert (round(wide * 25.4 / 300), round(high * 25.4 / 300)) == tuple(map(round, sheet.page))
    assert read(page) == {LINK, "9506000100043"}


def test_a_sheet_is_filled_label_by_label_and_the_next_begun() -> None:
    sheet = SHEETS["a4-21"]
    full, rest = pages([label()] * 23, sheet)
    width, height = (length * 300 / 25.4 for length in sheet.size)
    for row in range(sheet.rows):
        for column in range(sheet.columns):
            left = (sheet.left + column * (sheet.size[0] + sheet.gap)) * 300 / 25.4
            top = (sheet.top + row * sheet.size[1]) * 300 / 25.4
            there = full[int(top) : int(top + height), int(left) : int(left + width)]
            assert there.min() < 100, "each place has its label"
            assert there[:, :8].min() > 200 and there[:8].min() > 200, "and none is cut where the paper is"
    assert rest[: len(rest) // 3].min() < 100 < rest[len(rest) // 2 :].min()


@pytest.mark.parametrize(
    ("gtin", "link", "expected"),
    [
        ("00000096385074", "https://id.gs1.org/01/00000096385074", "96385074"),
        ("19506000100040", "https://id.gs1.org/01/19506000100040", "19506000100040"),
        ("", "", "RANNIK-42"),
    ],
)
def test_what_has_another_number_has_other_bars(gtin: str, link: str, expected: str) -> None:
    (page,) = pages([label(gtin, link)], SHEETS["roll-62x40"])
    assert read(page) == {expected, *filter(None, [link])}


def test_the_longest_name_and_the_highest_price_leave_the_codes_alone() -> None:
    long = label(name="Ülipikk nimetus mis ei mahu kuidagi " * 5, was="1 234 567,00 €")
    for sheet in SHEETS.values():
        assert read(pages([long], sheet)[0]) == {LINK, "9506000100043"}
