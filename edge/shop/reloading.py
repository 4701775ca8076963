"""Pages that are to be loaded anew: each open one notices that its number has changed."""

from collections import Counter
from collections.abc import Iterable


class Reloading:
    """Adding to a number is one step: safe from any thread."""

    def __init__(self, stations: Iterable[str]) -> None:
        self._numbers = Counter(dict.fromkeys(stations, 0))

    def ask(self, station: str = "") -> None:
        """Of one station, or of all."""
        for one in [station] if station else list(self._numbers):
            self._numbers[one] += 1

    def number(self, station: str) -> int:
        return self._numbers[station]
