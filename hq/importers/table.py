"""CSV files as retailers have them: BOM or none, UTF-8, UTF-16 or cp1252; comma, semicolon, tab or bar."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from hq.errors import InputError
from hq.importers import sniffing
from hq.importers.cells import BadCell
from hq.importers.containers import Member, buffered, members
from hq.importers.limits import LONGEST_LINE, MOST_COLUMNS, SAMPLE, WIDEST
from hq.importers.record import Record, Row, named, repeated, whole
from hq.importers.text import clean

__all__ = ["CsvTable", "Row", "header", "repeated", "rows", "whole"]

DELIMITERS = ",;\t|"
MARKED = re.compile(r"sep=([,;\t|])\s*", re.IGNORECASE)
"""The first line by which spreadsheets are told the delimiter."""


class CsvTable:
    """A `documents.Table`."""

    def __init__(self, member: Member, sample: bytes = b"") -> None:
        self.member = self._member = member
        self._encoding = encoding_of(member, sample)
        with self._reader() as reader:
            self.columns = _header(reader, member)
            self.delimiter = reader.delimiter

    def rows(self) -> Iterator[Row]:
        """Each row's number, as a spreadsheet counts (the header is 1), and its cells, cleaned, by column name.

        In place of the cells of a row whose last quote is never closed stands the BadCell that says so.
        """
        with self._reader() as reader:
            _header(reader, self._member)
            number = reader.before + 1
            by_name = named if repeated(self.columns) else _by_name
            try:
                for cells in reader.rows:
                    number += 1
                    if reader.lines.ended and cells:
                        yield number, _unclosed(self.columns, cells)
                    elif any(cells):
                        yield number, by_name(self.columns, map(clean, cells))
            except (csv.Error, UnicodeDecodeError) as error:
                damage = f"{self._member.name} is damaged in row {number + 1}: {_said(error)}."
                raise InputError(f"{damage} Export it again as CSV in UTF-8.") from error

    @contextmanager
    def _reader(self) -> "Iterator[_Reader]":
        csv.field_size_limit(WIDEST)
        with self._member.open() as octets:
            try:
                reader = _Reader(io.TextIOWrapper(buffered(octets), encoding=self._encoding, newline=""))
            except UnicodeDecodeError as error:
                raise InputError(f"{self._member.name} is no text ({error.reason}). Save it in UTF-8.") from error
            yield reader


class _Reader:
    """The rows of an open file; `before` counts what stands above the header."""

    def __init__(self, file: TextIO) -> None:
        first = file.readline(SAMPLE)
        self.before = 0
        delimiter = ""
        if marked := MARKED.fullmatch(first.lstrip("\ufeff")):
            self.before, delimiter = 1, marked.group(1)
            first = file.readline(SAMPLE)
        while first and not first.strip():
            self.before += 1
            first = file.readline(SAMPLE)
        self.lines = _Lines(first, file)
        self.delimiter = delimiter or delimiter_of(first)
        self.rows = csv.reader(iter(self.lines), delimiter=self.delimiter)


class _Lines:
    """The lines of a file and an empty one. Only a quote that is still open makes that one a part of a row."""

    def __init__(self, first: str, file: TextIO) -> None:
        self._first, self._file = first, file
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        yield self._first
        for line in iter(partial(self._file.readline, LONGEST_LINE), ""):
            if len(line) == LONGEST_LINE:
                raise csv.Error(f"a line of more than {LONGEST_LINE >> 20} million characters")
            yield line
        self.ended = True
        yield ""


def _said(error: csv.Error | UnicodeDecodeError) -> str:
    if "field larger" in str(error):
        return f"a cell of more than {WIDEST:,} characters, most often a quote that is opened and never closed"
    return str(error)


def delimiter_of(line: str) -> str:
    """The one that stands most often outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def header(path: Path) -> list[str]:
    """The column names, lower-cased. Raises InputError where the file holds no table."""
    return CsvTable(members(path)[0]).columns


def rows(path: Path) -> Iterator[Row]:
    return CsvTable(members(path)[0]).rows()


def _by_name(columns: Sequence[str], cells: Iterable[str]) -> Record:
    """Where no two have one name: no step of Python for each cell."""
    return dict(zip(columns, cells, strict=False))


def _unclosed(names: list[str], cells: list[str]) -> BadCell:
    field = names[len(cells) - 1] if len(cells) <= len(names) else "row"
    lines = cells[-1].count("\n")
    reason = f"a quote begins here and is never closed, so that {lines} lines down to the end of the file are not read"
    return BadCell(field, reason, "close the quote, or write two of them where one is meant, and import the file again")


def encoding_of(member: Member, sample: bytes = b"") -> str:
    return sniffing.encoding(sample or member.sample()) or _unmarked(member)


def _unmarked(member: Member) -> str:
    """A file that is not UTF-8 throughout is cp1252, what spreadsheets on Windows write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with member.open() as octets:
        file = buffered(octets)
        while part := file.read(SAMPLE):
            try:
                decoder.decode(part, final=len(part) < SAMPLE)
            except UnicodeDecodeError:
                return "cp1252"
    return "utf-8"


def _header(reader: _Reader, member: Member) -> list[str]:
    try:
        names = next(reader.rows, [])
        while names and names[0].lstrip("\ufeff").startswith("#"):  # remarks, as in Meta's template
            reader.before += 1
            names = next(reader.rows, [])
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{member.name} is no table: its first line can't be read ({error}).") from error
    if len(names) > MOST_COLUMNS:
        raise InputError(f"{member.name} has {len(names)} columns. Leave {MOST_COLUMNS} at most.")
    return [clean(name).lower() for name in names]
