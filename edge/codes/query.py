"""The parameters of a link as they stand there, letter by letter: signatures are made over the text itself."""

import re


class Query:
    def __init__(self, link: str) -> None:
        self.link = link.partition("#")[0]
        self.places: dict[str, tuple[int, int]] = {}
        """Where the value of each parameter begins and ends in `link`."""
        self._twice: set[str] = set()
        start = self.link.find("?") + 1
        for part in self.link[start:].split("&") if start else ():
            name, equals, value = part.partition("=")
            at = start + len(name) + len(equals)
            if name in self.places:
                self._twice.add(name)
            self.places[name] = (at, at + len(value))
            start += len(part) + 1

    def octets(self, name: str, *sizes: int) -> bytes | None:
        """The hexadecimal value of a parameter that is there once and has one of the `sizes` (any multiple of 16)."""
        at, end = self.places.get(name, (0, 0))
        text = self.link[at:end]
        fits = len(text) // 2 in sizes if sizes else len(text) % 32 == 0
        known = name not in self._twice and fits and re.fullmatch("(?:[0-9A-Fa-f]{2})+", text)
        return bytes.fromhex(text) if known else None

    def host_until(self, name: str) -> bytes:
        """The link from its host up to the value of the parameter `name`, which is there."""
        return self._text(self.link.find("//") + 2, self.places[name][0])

    def values_until(self, first: str, name: str) -> bytes | None:
        """The link from the value of `first` up to that of `name`; None where they are not there in this order."""
        begin, end = (self.places.get(place, (-1, -1))[0] for place in (first, name))
        return self._text(begin, end) if 0 <= begin <= end and first not in self._twice else None

    def _text(self, begin: int, end: int) -> bytes:
        return self.link[begin:end].encode(errors="replace")
