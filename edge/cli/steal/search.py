"""The files imaged window by window, so that memory stays bounded however long a log is."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from edge.cli.steal.patterns import people_in
from edge.cli.steal.wrappings import views

WINDOW, OVERLAP = 8 * 1024 * 1024, 128 * 1024
"""Octets read at once, and read again with the next: nothing shorter is cut in two."""


_WHOLE: dict[bytes, tuple[str, Callable[[BinaryIO], Any]]] = {
    b"\x1f\x8b\x08": ("gzip", lambda file: gzip.GzipFile(fileobj=file)),
    b"\x28\xb5\x2f\xfd": (
        "zstd",
        lambda file: zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True),
    ),
    b"BZh": ("bzip2", bz2.BZ2File),
    b"\xfd7zXZ": ("xz", lzma.LZMAFile),
}
"""Logs that were put away and core dumps: files that are compressed as a whole, by their first octets."""
_TORN = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Something that looks like a person's, in a file. `offset` is that of the wrapping, where there is one."""

    file: Path
    offset: int
    kind: str
    how: str
    text: str

    @property
    def masked(self) -> str:
        """Enough to recognise it by; a report is no place for an address."""
        local, at, domain = self.text.rpartition("@")
        return f"{local[:1]}…@{domain}" if at else f"{self.text[:4]}…{self.text[-2:]}"


def search(file: Path, public: Collection[str] = ()) -> Iterator[Trace]:
    """Every trace of a person in `file`, once for each place, except what is `public` (lower case). Raises OSError."""
    seen: set[tuple[int, str]] = set()
    for how, start, data in _contents(file):
        for view in views(data):
            for person in people_in(view.data):
                offset = start + view.offset + (0 if view.how else person.offset)
                if start and offset == start:  # the end of somebody whom the window before holds whole
                    continue
                if person.text.lower() not in public and (offset, person.text) not in seen:
                    seen.add((offset, person.text))
                    wrapped = " > ".join(each for each in (how, view.how) if each)
                    yield Trace(file=file, offset=offset, kind=person.kind, how=wrapped, text=person.text)


def windows(file: Path) -> Iterator[tuple[int, bytes]]:
    """(offset, octets) of overlapping windows."""
    with file.open("rb") as opened:
        yield from _windows(opened)


def _contents(file: Path) -> Iterator[tuple[str, int, bytes]]:
    """("", offset, octets) of overlapping windows; of a file that is compressed as a whole those of what is in it, with
    the name of its wrapping, and where it is torn those of the file itself besides."""
    with file.open("rb") as opened:
        first = opened.read(8)
        opened.seek(0)
        how, unpack = next((kind for magic, kind in _WHOLE.items() if first.startswith(magic)), ("", None))
        if unpack:
            try:
                yield from ((how, start, data) for start, data in _windows(unpack(opened)))
                return
            except _TORN:  # what came before counts
                opened.seek(0)
        yield from (("", start, data) for start, data in _windows(opened))


def _windows(stream: Any) -> Iterator[tuple[int, bytes]]:
    """Without going back, which what unpacks may not be able to."""
    start, data = 0, b""
    while fresh := _read(stream, WINDOW - len(data)):
        data += fresh
        yield start, data
        start, data = start + max(len(data) - OVERLAP, 0), data[-OVERLAP:]


def _read(stream: Any, most: int) -> bytes:
    """As much as there is, up to `most`: what unpacks gives less at a time."""
    pieces, left = [], most
    while left and (piece := stream.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
