"""Thousands of addresses looked for at once, in every form that they may have on a disk."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np

from edge.cli.steal.search import windows
from edge.cli.steal.wrappings import members

SHORTEST = 8
"""Octets of the shortest form: what is looked for first."""


class Needles:
    """Each person in the forms: as typed, in either case, the local part alone, UTF-16, URL-encoded, escaped as in
    JSON, and base64 at each of its three offsets; also inside zlib, gzip and zstd members."""

    def __init__(self, people: Iterable[str]) -> None:
        self._any_case = _Index((form.lower(), person) for person in people for form in plain_forms(person))
        self._exact = _Index((form, person) for person in people for form in base64_forms(person))

    def in_file(self, file: Path) -> dict[str, int]:
        """Who lies in `file`, each with an offset."""
        found: dict[str, int] = {}
        for start, data in windows(file):
            for who, at in self.within(data):
                found.setdefault(who, start + at)
            for member in members(data):
                for who, _ in self.within(member.data):
                    found.setdefault(who, start + member.offset)
        return found

    def within(self, data: bytes) -> Iterator[tuple[str, int]]:
        yield from self._any_case.within(data.lower())
        yield from self._exact.within(data)


class _Index:
    """Forms by their first eight octets."""

    def __init__(self, forms: Iterable[tuple[bytes, str]]) -> None:
        self._forms: dict[bytes, list[tuple[bytes, str]]] = {}
        self._first, self._second = np.zeros(65536, bool), np.zeros(65536, bool)
        for form, person in forms:
            self._forms.setdefault(form[:SHORTEST], []).append((form, person))
            self._first[int.from_bytes(form[0:2], "little")] = True
            self._second[int.from_bytes(form[2:4], "little")] = True

    def within(self, data: bytes) -> Iterator[tuple[str, int]]:
        if len(data) < SHORTEST:
            return
        octets = np.frombuffer(data, np.uint8).astype(np.uint16)
        pairs = octets[:-1] | octets[1:] << 8
        for at in np.flatnonzero(self._first[pairs[:-2]] & self._second[pairs[2:]]).tolist():
            for form, person in self._forms.get(data[at : at + SHORTEST], ()):
                if data.startswith(form, at):
                    yield person, at


def plain_forms(person: str) -> list[bytes]:
    local = person.partition("@")[0]
    texts = {
        person,
        local,
        quote(person),
        quote(person, safe=""),
        person.replace("@", "\\u0040"),
        json.dumps(person)[1:-1],
    }
    coded = [text.encode(code) for text in (person, local) for code in ("utf-16-le", "utf-16-be")]
    return [form for form in (*(text.encode() for text in texts), *coded) if len(form) >= SHORTEST]


def base64_forms(person: str) -> list[bytes]:
    """What base64 makes of it wherever it begins in a text: without the letters that its neighbours share."""
    texts = {person, person.lower(), person.upper()}
    coded = [(base64.b64encode(b"\0" * shift + text.encode()), shift) for text in texts for shift in range(3)]
    kept = [code[-(-shift * 8 // 6) :].rstrip(b"=")[:-1] for code, shift in coded]
    return [form for code in kept for form in {code, code.translate(bytes.maketrans(b"+/", b"-_"))}]
