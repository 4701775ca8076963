"""A table as CSV that a spreadsheet may open."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from hq.exports.files import safe


def sheet(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """No cell begins as a formula; texts are quoted."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(header)
    writer.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return file.getvalue()
