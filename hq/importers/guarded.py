"""Octets on their way to a parser, with an eye on what one record takes: its size, how deep it nests, how long its
numbers are."""

import re
from typing import Protocol

from hq.errors import InputError
from hq.importers.containers import Octets
from hq.importers.limits import DEEPEST, LONGEST_NUMBER, LONGEST_RECORD, MOST_VALUES

DIGITS = b"0123456789"
LONG_RUN = re.compile(rb"(?<![0-9])[0-9]{64,}")
"""Looked for, not measured digit by digit: hardly any file has one."""


class Guarded:
    """Reads `octets`. `record()` tells it that one more record is whole, so that the next may be as large again."""

    def __init__(self, octets: Octets, name: str, *, brackets: bool = False) -> None:
        self._octets, self._name, self._brackets = octets, name, brackets
        self._read = self._open = self._values = 0

    def record(self) -> None:
        self._read = self._open = self._values = 0

    def read(self, size: int = -1) -> bytes:
        part = self._octets.read(size) or b""
        self._read += len(part)
        if self._read > LONGEST_RECORD + (1 << 20):
            raise InputError(f"{self._name} holds a record of more than {LONGEST_RECORD >> 20} MiB, which is none.")
        if self._brackets:
            self._nest(part)
        return part

    def _nest(self, part: bytes) -> None:
        """Brackets in texts count too, so the bound is wide; it is there for parsers, which slow down with depth."""
        opened = part.count(b"{") + part.count(b"[")
        self._values += part.count(b",")
        if self._values > MOST_VALUES:
            raise too_many(self._name)
        self._open = max(0, self._open + opened - part.count(b"}") - part.count(b"]"))
        if self._open > 20 * DEEPEST:
            raise too_deep(self._name)


class Source(Protocol):
    def read(self, size: int = -1) -> bytes: ...


class ShortNumbers:
    """Reads `source`, JSON in UTF-8, and refuses numbers that would end the process: yajl hands whole ones on as text,
    Python makes none of more than 4,300 digits, and ijson 3.6 goes on with what it did not get."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        self._run = 0
        """Digits at the end of what was read."""

    def read(self, size: int = -1) -> bytes:
        part = self._source.read(size)
        rest = part.lstrip(DIGITS)
        self._run += len(part) - len(rest)
        if max(self._run, *map(len, LONG_RUN.findall(rest)), 0) > LONGEST_NUMBER:
            raise InputError(f"{self._name} holds a number of more than {LONGEST_NUMBER} digits, which is none.")
        if rest:
            self._run = len(rest) - len(rest.rstrip(DIGITS))
        return part


def too_many(name: str) -> InputError:
    return InputError(f"{name} holds a record of more than {MOST_VALUES:,} values, which is none.")


def too_deep(name: str) -> InputError:
    return InputError(f"{name} nests more than {DEEPEST} levels, which no catalogue does. Export it again.")


def is_deep(found: object) -> bool:
    """Whether a record nests beyond DEEPEST levels, counted without recursion."""
    level, depth = [found], 0
    while level and depth <= DEEPEST:
        depth += 1
        inner: list[object] = []
        for one in level:
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        level = [one for one in inner if isinstance(one, dict | list)]
    return depth > DEEPEST
