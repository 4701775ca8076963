"""CSV files as retailers have them: BOM or none, UTF-8, UTF-16 or cp1252, comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from hq.errors import InputError
from hq.importers.text import clean

DELIMITERS = ",;\t|"
WIDEST = 1 << 20
"""Characters of one cell."""
LARGEST = 8 << 30
"""Octets of one file."""
SAMPLE = 1 << 16
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def header(path: Path) -> list[str]:
    """The column names, lower-cased. Raises InputError where the file holds no table."""
    with _opened(path) as file:
        return _header(file, path)[0]


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's number, as a spreadsheet counts (the header is 1), and its cells, cleaned, by column name."""
    with _opened(path) as file:
        names, delimiter = _header(file, path)
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter), start=2):
                if any(cells):
                    yield number, dict(zip(names, map(clean, cells), strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"{path} is damaged: {error}. Export it again as CSV in UTF-8.") from error


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
