"""The files imaged window by window, so that memory stays bounded however long a log is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from edge.cli.steal.patterns import people_in
from edge.cli.steal.wrappings import views

WINDOW, OVERLAP = 8 * 1024 * 1024, 128 * 1024
"""Octets read at once, and read again with the next: nothing shorter is cut in two."""


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
    for start, data in windows(file):
        for view in views(data):
            for person in people_in(view.data):
                offset = start + view.offset + (0 if view.how else person.offset)
                if start and offset == start:  # the end of somebody whom the window before holds whole
                    continue
                if person.text.lower() not in public and (offset, person.text) not in seen:
                    seen.add((offset, person.text))
                    yield Trace(file=file, offset=offset, kind=person.kind, how=view.how, text=person.text)


def windows(file: Path) -> Iterator[tuple[int, bytes]]:
    """(offset, octets) of overlapping windows."""
    with file.open("rb") as opened:
        start = 0
        while data := opened.read(WINDOW):
            yield start, data
            if len(data) < WINDOW:
                return
            start += WINDOW - OVERLAP
            opened.seek(start)
