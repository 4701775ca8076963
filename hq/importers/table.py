"""CSV files as retailers have them: BOM or none, UTF-8, UTF-16 or cp1252, comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from hq.errors import InputError
from hq.importers.cells import BadCell
from hq.importers.text import clean

DELIMITERS = ",;\t|"
WIDEST = 1 << 20
"""Characters of one cell."""
LARGEST = 8 << 30
"""Octets of one file."""
SAMPLE = 1 << 16
Row = tuple[int, dict[str, str] | BadCell]
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def header(path: Path) -> list[str]:
    """The column names, lower-cased. Raises InputError where the file holds no table."""
    with _opened(path) as file:
        return _header(file, path)[0]


def rows(path: Path) -> Iterator[Row]:
    """Each row's number, as a spreadsheet counts (the header is 1), and its cells, cleaned, by column name.

    In place of the cells of a row whose last quote is never closed stands the BadCell that says so.
    """
    with _opened(path) as file:
        names, delimiter = _header(file, path)
        lines, number = _Lines(file), 1
        try:
            for number, cells in enumerate(csv.reader(iter(lines), delimiter=delimiter), start=2):
                if lines.ended and cells:
                    yield number, _unclosed(names, cells)
                elif any(cells):
                    yield number, dict(zip(names, map(clean, cells), strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            damage = f"{path} is damaged in row {number + 1}: {error}."
            raise InputError(f"{damage} Export it again as CSV in UTF-8.") from error


class _Lines:
    """The lines of a file and an empty one. Only a quote that is still open makes that one a part of a row."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        yield from self._file
        self.ended = True
        yield ""


def whole(cells: dict[str, str] | BadCell) -> dict[str, str]:
    """The cells of a row as `rows` gives it. Raises BadCell where it is not whole."""
    if isinstance(cells, BadCell):
        raise cells
    return cells


def _unclosed(names: list[str], cells: list[str]) -> BadCell:
    field = names[len(cells) - 1] if len(cells) <= len(names) else "row"
    lines = cells[-1].count("\n")
    reason = f"a quote begins here and is never closed, so that {lines} lines down to the end of the file are not read"
    return BadCell(field, reason, "close the quote, or write two of them where one is meant, and import the file again")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    csv.field_size_limit(WIDEST)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} is larger than {LARGEST >> 30} GiB. Split it.")
        with path.open(encoding=_encoding(path), newline="") as file:
            yield file
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error


def _encoding(path: Path) -> str:
    """By its first octets; a file that is not UTF-8 throughout is cp1252, what spreadsheets on Windows write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        first = file.read(SAMPLE)
        marked = next((name for bom, name in BOMS.items() if first.startswith(bom)), None)
        if marked:
            return marked
        if b"\0" in first:
            raise InputError(f"{path} is no text. {ACCEPTED}")
        try:
            while first:
                decoder.decode(first)
                first = file.read(SAMPLE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _header(file: TextIO, path: Path) -> tuple[list[str], str]:
    try:
        line = file.readline(SAMPLE)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text. {ACCEPTED}") from error
    delimiter = max(DELIMITERS, key=line.count)
    names = next(csv.reader([line], delimiter=delimiter), [])
    return [clean(name).lower() for name in names], delimiter


ACCEPTED = "HQ reads CSV files with the columns of docs/importing.md and Google Merchant XML."
