"""CSV as it is really written."""

from pathlib import Path

import pytest

from hq.importers import table
from hq.importers.cells import BadCell
from tests.hq.importers import files

TEXT = 'SKU,Price,title_de\r\nA,"129,95","Größe\r\nund Glück"\r\n\r\nB,5,Hut\r\n'


@pytest.mark.parametrize(
    "octets",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", ";").replace("129;95", "129,95").encode(),
        TEXT.replace(",", "\t").replace("129\t95", "129,95").encode("cp1252"),
    ],
)
def test_the_same_table_is_read_from_every_spelling(tmp_path: Path, octets: bytes) -> None:
    rows = list(table.rows(files.write(tmp_path, "t.csv", octets)))
    assert rows == [
        (2, {"sku": "A", "price": "129,95", "title_de": "Größe\nund Glück"}),
        (4, {"sku": "B", "price": "5", "title_de": "Hut"}),
    ]


def test_invisible_characters_and_surplus_cells_are_dropped(tmp_path: Path) -> None:
    path = files.write(tmp_path, "t.csv", "\ufeffsku ,a\n\u200bA\u00a0,\u00ad b  c ,surplus\nB\n")
    assert list(table.rows(path)) == [(2, {"sku": "A", "a": "b c"}), (3, {"sku": "B"})]


@pytest.mark.parametrize(
    ("text", "row", "field", "lines"),
    [
        ('sku,title\nA,x\nB,"y\nC,z\n', 3, "title", 2),
        ('sku,title\nA,x\n"B,y\n', 3, "sku", 1),
        ('sku,title\nA,x\nB,y,"', 3, "row", 0),
    ],
)
def test_a_quote_that_is_never_closed_is_told_with_the_row_where_it_began(
    tmp_path: Path, text: str, row: int, field: str, lines: int
) -> None:
    *before, (number, last) = table.rows(files.write(tmp_path, "t.csv", text))
    assert [cells["sku"] for _, cells in before if isinstance(cells, dict)] == ["A"]
    assert isinstance(last, BadCell)
    assert (number, last.field) == (row, field)
    assert f"never closed, so that {lines} lines" in last.reason


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n,\n"])
def test_a_quote_that_is_closed_at_the_very_end_is_none_of_these(tmp_path: Path, end: str) -> None:
    assert list(table.rows(files.write(tmp_path, "t.csv", f'a,b\nA,"x"{end}'))) == [(2, {"a": "A", "b": "x"})]
