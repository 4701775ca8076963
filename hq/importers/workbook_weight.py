"""What a workbook would weigh in memory, told by its parts before they are parsed: openpyxl holds all texts of a
workbook at once, and a row with all its cells."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hq.errors import InputError
from hq.importers.limits import LONGEST_ROW, MOST_TEXTS, TEXTS, WORKBOOK_PART

CHUNK = 64 << 10
SHEET, SHARED = re.compile(r"xl/worksheets/[^/]+\.xml"), "xl/sharedStrings.xml"
PARSED = re.compile(r"xl/(workbook|styles)\.xml|\[Content_Types\]\.xml|docProps/.*\.xml|.*\.rels")
"""Parts that are parsed as a whole."""
ROW, TEXT = re.compile(rb"<(?:[A-Za-z]\w*:)?row[\s/>]"), re.compile(rb"</(?:[A-Za-z]\w*:)?si>")


def refuse_heavy(path: Path) -> None:
    """Raises InputError for a workbook that would fill memory. Each part is unpacked once, and held nowhere."""
    with zipfile.ZipFile(path) as book:
        for part in book.infolist():
            if SHEET.fullmatch(part.filename):
                _refuse_wide(path, _chunks(book, part), ROW, "a row")
            elif part.filename == SHARED:
                _refuse_texts(path, part.file_size, _chunks(book, part))
                _refuse_wide(path, _chunks(book, part), TEXT, "a text")
            elif PARSED.fullmatch(part.filename) and part.file_size > WORKBOOK_PART:
                raise InputError(f"{path}: {part.filename} is larger than {WORKBOOK_PART >> 20} MiB. Save it as CSV.")


def _chunks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with book.open(part) as octets:
        while chunk := octets.read(CHUNK):
            yield chunk


def _refuse_wide(path: Path, chunks: Iterator[bytes], ends: re.Pattern[bytes], what: str) -> None:
    run = 0
    for chunk in chunks:
        run = 0 if ends.search(chunk) else run + len(chunk)
        if run > LONGEST_ROW:
            raise InputError(f"{path} is a workbook with {what} of more than {LONGEST_ROW >> 20} MiB, which is none.")


def _refuse_texts(path: Path, size: int, chunks: Iterator[bytes]) -> None:
    if size > TEXTS or sum(len(TEXT.findall(chunk)) for chunk in chunks) > MOST_TEXTS:
        raise InputError(
            f"{path} is a workbook of more than {MOST_TEXTS:,} different texts, or {TEXTS >> 20} MiB of them: that is "
            "too much to hold. Save it as CSV."
        )
