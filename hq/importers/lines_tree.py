"""JSON Lines: an object per line. A line that is damaged is rejected by itself."""

from collections.abc import Iterator

import msgspec

from hq.errors import InputError
from hq.importers import sniffing
from hq.importers.cells import BadCell
from hq.importers.containers import Member, buffered
from hq.importers.guarded import is_deep, too_many
from hq.importers.json_tree import not_one, paths_of
from hq.importers.limits import DEEPEST, LONGEST_RECORD, MOST_VALUES
from hq.importers.record import Record, Row

LOOKED_AT = 20
"""Lines that tell what the file is: the first few may lack a field."""


class LinesTree:
    """A `documents.Tree`; a row's number is its line's. Its records are at "item"."""

    def __init__(self, member: Member, sample: bytes) -> None:
        self._member = member
        self._encoding = sniffing.encoding(sample) or "utf-8"
        if self._encoding == "utf-16":
            raise InputError(f"{member.name} is in UTF-16, which JSON Lines is not. Save it in UTF-8.")
        self.paths: dict[str, str] = {}
        for line in sample.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:LOOKED_AT]:
            self.paths = {**_paths(line, member.name), **self.paths}

    def rows(self, at: str) -> Iterator[Row]:
        with self._member.open() as octets:
            file = buffered(octets)
            number = 0
            while line := file.readline(LONGEST_RECORD + 1):
                number += 1
                if len(line) > LONGEST_RECORD:
                    raise InputError(
                        f"{self._member.name} has a line of more than {LONGEST_RECORD >> 20} MiB: {number}."
                    )
                if line.count(b",") > MOST_VALUES:
                    raise too_many(self._member.name)
                if line := line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield number, _read(line)


def _paths(line: bytes, name: str) -> dict[str, str]:
    try:
        found = paths_of(_utf8(line.strip()), name, cut=False) if line.strip() else {}
    except InputError:
        return {}
    return {f"item.{path}" if path else "item": text for path, text in found.items()}


def _read(line: bytes) -> Record | BadCell:
    try:
        found = msgspec.json.decode(_utf8(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return BadCell("row", f"the line is no JSON: {error}", "export it again, an object per line")
    if not isinstance(found, dict):
        return not_one(found)
    if line.count(b"{") + line.count(b"[") > DEEPEST and is_deep(found):
        return BadCell("row", f"it nests more than {DEEPEST} levels", "export it again")
    return found


def _utf8(line: bytes) -> bytes:
    """A line that is no UTF-8 is cp1252, as CSV files are."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace").encode()
    return line
