"""Octets on their way to a parser, with an eye on what one record takes: its size and how deep it nests."""

from hq.errors import InputError
from hq.importers.containers import Octets
from hq.importers.limits import DEEPEST, LONGEST_RECORD


class Guarded:
    """Reads `octets`. `record()` tells it that one more record is whole, so that the next may be as large again."""

    def __init__(self, octets: Octets, name: str, *, brackets: bool = False) -> None:
        self._octets, self._name, self._brackets = octets, name, brackets
        self._read = self._open = 0

    def record(self) -> None:
        self._read = self._open = 0

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
        self._open = max(0, self._open + opened - part.count(b"}") - part.count(b"]"))
        if self._open > 20 * DEEPEST:
            raise too_deep(self._name)


def too_deep(name: str) -> InputError:
    return InputError(f"{name} nests more than {DEEPEST} levels, which no catalogue does. Export it again.")
