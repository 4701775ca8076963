"""One form after another is read as the same rows, whatever it is packed in."""

import gzip
import io
import json
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from hq.errors import InputError
from hq.importers import limits, table, workbook_weight
from hq.importers.cells import BadCell
from hq.importers.containers import members
from hq.importers.documents import Table, Tree, document
from tests.hq.importers import files

RECORDS = [{"sku": "A", "title": "Größe ß", "prices": [{"amount": "5"}]}, {"sku": "B", "title": "two\nlines"}]
JSON = json.dumps(RECORDS, ensure_ascii=False)
LINES = "".join(json.dumps(record, ensure_ascii=False) + "\r\n" for record in RECORDS)
XML = (
    "<list><item><sku>A</sku><title>Größe &#223;</title><prices><amount>5</amount></prices></item>"
    "<item><sku>B</sku><title><![CDATA[two\nlines]]></title></item></list>"
)
YAML = '- sku: A\n  title: Größe ß\n  prices:\n  - amount: 5\n- sku: B\n  title: "two\\nlines"\n'
PAGE = f'<!DOCTYPE html><html><head><script type="application/ld+json">{JSON}</script></head><body>x</body></html>'


def tree(folder: Path, name: str, content: str | bytes) -> Tree:
    (member,) = members(files.write(folder, name, content))
    read = document(member)
    assert isinstance(read, Tree)
    return read


@pytest.mark.parametrize(
    ("content", "at"),
    [
        (JSON, "item"),
        ("\ufeff" + JSON, "item"),
        (JSON.encode("utf-16"), "item"),
        ('{"total": 2, "products": ' + JSON + "}", "products.item"),
        (LINES, "item"),
        ("\ufeff" + LINES, "item"),
        (LINES.encode("cp1252"), "item"),
        (XML, "list.item"),
        ("\ufeff" + XML, "list.item"),
        (('<?xml version="1.0" encoding="windows-1252"?>' + XML).encode("cp1252"), "list.item"),
        (YAML, "item"),
        ("products:\n" + YAML, "products.item"),
        (PAGE, "item"),
        (PAGE.encode("cp1252"), "item"),
    ],
)
def test_the_same_records_come_out_of_every_form(tmp_path: Path, content: str | bytes, at: str) -> None:
    read = tree(tmp_path, "export.txt", content)
    rows = list(read.rows(at))
    assert [number for number, _ in rows] == [1, 2]
    first, second = (record for _, record in rows)
    assert isinstance(first, dict) and isinstance(second, dict)
    assert (first["sku"], first["title"], second) == ("A", "Größe ß", RECORDS[1])
    assert read.paths[f"{at}.sku"] == "A"


@pytest.mark.parametrize("pack", ["gzip", "zip"])
def test_what_it_is_packed_in_does_not_matter(tmp_path: Path, pack: str) -> None:
    octets = io.BytesIO()
    if pack == "gzip":
        octets.write(gzip.compress(JSON.encode()))
    else:
        with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/", "")
            archive.writestr("__MACOSX/._x", "x")
            archive.writestr("folder/list.json", JSON)
    assert len(list(tree(tmp_path, "export", octets.getvalue()).rows("item"))) == 2


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ((None, None, None), ("SKU", "Price", "GTIN"), ("A", 129.95, 4006381333931), (), ("B", 5.0, "96385074")):
        sheet.append(row)
    book.save(tmp_path / "export")
    (member,) = members(tmp_path / "export")
    read = document(member)
    assert isinstance(read, Table)
    assert read.columns == ["sku", "price", "gtin"]
    assert list(read.rows()) == [
        (3, {"sku": "A", "price": "129.95", "gtin": "4006381333931"}),
        (5, {"sku": "B", "price": "5", "gtin": "96385074"}),
    ]


def test_a_damaged_line_is_rejected_by_itself(tmp_path: Path) -> None:
    rows = list(tree(tmp_path, "l", LINES + "{nonsense\n[1]\n" + '{"sku": "C"}\n').rows("item"))
    assert [isinstance(record, BadCell) for _, record in rows] == [False, False, True, True, False]


def packed(folder: Path, *content: tuple[str, bytes]) -> Path:
    path = folder / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own, of names that are there already
        for name, data in content:
            archive.writestr(name, data)
    return path


def test_many_small_bombs_are_a_large_one(tmp_path: Path) -> None:
    half = bytes(limits.SMALL // 2 + 1)
    with pytest.raises(InputError, match="unpacks to 64 MiB, more than 250 times its size"):
        members(packed(tmp_path, ("a.csv", half), ("b.csv", half)))


def test_two_files_of_one_name_in_an_archive_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"two files called a\.csv.*Pack it again"):
        members(packed(tmp_path, ("a.csv", b"sku\nA\n"), ("b.csv", b"sku\nB\n"), ("a.csv", b"sku\nC\n")))


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"sku": "A"}, ' + "[" * 100_000,
        "<a>" * 10_000,
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "- a: &x [1]\n  b: *x\n",
        "- a: " + "[" * 50_000,
        gzip.compress(b"a,b\n" + b"0" * (limits.SMALL * 2)),
        gzip.compress(JSON.encode())[:-9],
        b"PK\x03\x04nonsense",
        '[{"sku": 1' + "0" * 5_000 + "}]",
        ('[{"sku": ' + "1" * 5_000 + "}]").encode("utf-16"),
        "[" + '{"sku": "A"},' * 100_000 + '{"sku": 1' + "0" * 70_000 + "}]",
        '[{"sku": 1e99999999999999999999}]',
        '[{"sku": "A"}, {"sku": [' + "{}," * limits.MOST_VALUES + "1]}]",
        '[{"sku": "A"}, {"sku": ' + "[" * 300 + "]" * 300 + "}]",
        '{"sku": "A"}\n{"sku": [0,' + "{}," * limits.MOST_VALUES + "1]}\n",
    ],
    ids=(
        "arrays",
        "objects",
        "one deep record",
        "elements",
        "entities",
        "aliases",
        "lists",
        "small packed",
        "cut",
        "no zip",
        "a long number",
        "a long number in UTF-16",
        "a long number far behind",
        "a large number",
        "many values",
        "a record that nests 300 levels",
        "many values in a line",
    ),
)
def test_what_is_made_to_blow_up_or_broken_is_refused_in_words(tmp_path: Path, content: str | bytes) -> None:
    path = files.write(tmp_path, "bomb", content)
    with pytest.raises(InputError, match="bomb"):
        for member in members(path):
            read = document(member)
            for at in ("item", "a", ""):
                list(read.rows() if isinstance(read, Table) else read.rows(at))


def workbook_of(folder: Path, sheet: str, texts: str = "<sst/>") -> Path:
    """A workbook as others write it, from the XML of its one sheet."""
    path, blank = folder / "heavy.xlsx", folder / "blank.xlsx"
    Workbook().save(blank)
    with zipfile.ZipFile(blank) as book, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as heavy:
        for part in book.infolist():
            if part.filename not in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
                heavy.writestr(part, book.read(part))
        heavy.writestr("xl/worksheets/sheet1.xml", sheet)
        heavy.writestr("xl/sharedStrings.xml", texts)
    return path


@pytest.mark.parametrize(
    ("sheet", "texts", "reason"),
    [
        ("<sheetData><row>" + "<c><v>1</v></c>" * 100 + "</row></sheetData>", "<sst/>", "with a row of more than"),
        ("<sheetData/>", "<sst>" + "<si><t>a</t></si>" * 11 + "</sst>", "more than 10 different texts"),
        ("<sheetData/>", "<sst><si><t>" + "a" * 2_000 + "</t></si></sst>", "with a text of more than"),
    ],
    ids=["a wide row", "many texts", "a long text"],
)
def test_a_workbook_that_would_fill_memory_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, texts: str, reason: str
) -> None:
    monkeypatch.setattr(workbook_weight, "CHUNK", 64)
    monkeypatch.setattr(workbook_weight, "LONGEST_ROW", 1_000)
    monkeypatch.setattr(workbook_weight, "MOST_TEXTS", 10)
    (member,) = members(workbook_of(tmp_path, sheet, texts))
    with pytest.raises(InputError, match=reason):
        document(member)


def test_a_line_without_an_end_is_refused_before_it_fills_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LONGEST_LINE", 1_000)
    (member,) = members(files.write(tmp_path, "a.csv", "sku,price\nA," + "5" * 2_000 + "\n"))
    read = document(member)
    assert isinstance(read, Table)
    with pytest.raises(InputError, match="damaged in row 2: a line of more than"):
        list(read.rows())
