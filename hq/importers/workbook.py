"""The first sheet of an Excel workbook that holds a table, read row by row (openpyxl, whose XML defusedxml reads: no
entity of a workbook is expanded)."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile

from hq.errors import InputError
from hq.importers.containers import Member
from hq.importers.limits import MOST_COLUMNS, WIDEST
from hq.importers.record import Row, named, scalar
from hq.importers.text import clean
from hq.importers.workbook_weight import refuse_heavy

LOWEST_ROW = 1 << 20
"""Of any workbook. A row that says of itself that it stands further down would come after as many empty ones."""


class Workbook:
    """A `documents.Table`. Formulas count by their last value, dates are written as ISO 8601."""

    def __init__(self, member: Member) -> None:
        self._member = member
        with _damage_told(member):
            refuse_heavy(member.path)
        self._above, self.columns = next(((n, cells) for n, cells in self._cells() if any(cells)), (0, list[str]()))
        self.columns = [name.lower() for name in self.columns]
        if not any(self.columns):
            raise InputError(f"{member.name} is a workbook without a table on its first sheet.")

    def rows(self) -> Iterator[Row]:
        for number, cells in self._cells():
            if number > self._above and any(cells):
                yield number, named(self.columns, cells)

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        from openpyxl import load_workbook

        with _damage_told(self._member), self._member.path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and validations that openpyxl leaves out
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > LOWEST_ROW:
                    raise InputError(f"{self._member.name} has rows below {LOWEST_ROW:,}, which no workbook has.")
                yield number, [_written(value) for value in row[:MOST_COLUMNS]]


@contextmanager
def _damage_told(member: Member) -> Iterator[None]:
    """openpyxl has no errors of its own for files that are torn."""
    try:
        yield
    except (BadZipFile, KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, EOFError) as error:
        raise InputError(f"{member.name} is a damaged workbook ({error}). Save it again, or as CSV.") from error


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return clean(scalar(value))[:WIDEST]
