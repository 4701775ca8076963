"""JSON read record by record (ijson over yajl), however large the document is."""

import io
from collections.abc import Iterator
from typing import Any

import ijson

from hq.errors import InputError
from hq.importers import sniffing
from hq.importers.cells import BadCell
from hq.importers.containers import Member, Octets
from hq.importers.guarded import Guarded, ShortNumbers, Source, is_deep, too_deep
from hq.importers.limits import DEEPEST, SAMPLE
from hq.importers.record import Row, scalar

BUFFER = 1 << 16
MOST_PATHS = 4_000


class JsonTree:
    """A `documents.Tree`."""

    def __init__(self, member: Member, sample: bytes) -> None:
        self._member = member
        self._bom = 3 if sample.startswith(b"\xef\xbb\xbf") else 0
        self._marked = None if self._bom else sniffing.encoding(sample)
        text = sniffing.decoded(sample) or ""
        self.paths = paths_of(
            text.removeprefix("\ufeff").encode("utf-8", "ignore"), member.name, cut=len(sample) >= SAMPLE
        )

    def rows(self, at: str) -> Iterator[Row]:
        with self._member.open() as octets:
            guarded = Guarded(octets, self._member.name, brackets=True)
            try:
                for number, found in enumerate(ijson.items(self._source(guarded), at, buf_size=BUFFER), start=1):
                    guarded.record()
                    if is_deep(found):
                        raise too_deep(self._member.name)
                    yield number, found if isinstance(found, dict) else not_one(found)
            except (ijson.JSONError, ValueError, ArithmeticError) as error:
                raise damaged(self._member.name, error) from error

    def _source(self, guarded: Guarded) -> Source:
        guarded.read(self._bom) if self._bom else None
        return ShortNumbers(Recoded(guarded, self._marked) if self._marked else guarded, self._member.name)


class Recoded:
    """UTF-16 to the UTF-8 that yajl reads."""

    def __init__(self, guarded: Guarded, encoding: str) -> None:
        self._decoder = io.TextIOWrapper(io.BufferedReader(_Raw(guarded)), encoding=encoding, newline="")

    def read(self, size: int = -1) -> bytes:
        return self._decoder.read(size).encode()


class _Raw(io.RawIOBase):
    def __init__(self, guarded: Guarded) -> None:
        super().__init__()
        self._guarded = guarded

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._guarded.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


def paths_of(sample: bytes, name: str, *, cut: bool) -> dict[str, str]:
    """Each path and the first text at it. Raises InputError where the sample is no JSON or nests too deep."""
    found: dict[str, str] = {}
    depth = 0
    source = ShortNumbers(Guarded(Octets(io.BytesIO(sample), name, 0), name, brackets=True), name)
    try:
        for prefix, event, value in ijson.parse(source, buf_size=BUFFER):
            depth += event.startswith("start_") - event.startswith("end_")
            if depth > DEEPEST:
                raise too_deep(name)
            if event not in ("map_key", "end_map", "end_array"):
                if not found.get(prefix):
                    found[prefix] = scalar(value)[:200]
                if len(found) > MOST_PATHS:
                    break
    except ijson.IncompleteJSONError as error:
        if not cut:
            raise damaged(name, error) from error
    except (ijson.JSONError, ValueError, ArithmeticError) as error:
        raise damaged(name, error) from error
    return found


def not_one(found: object) -> BadCell:
    return BadCell("row", f"{scalar(found)[:40]!r} is no record", "write an object in braces, its fields named")


def damaged(name: str, error: Exception) -> InputError:
    why = "a number beyond all bounds" if isinstance(error, ArithmeticError) else " ".join(str(error).split())[:120]
    return InputError(f"{name} is no JSON, or breaks off: {why}. Export it again; nothing was changed.")
