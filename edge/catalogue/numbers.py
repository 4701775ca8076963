"""Row numbers that stay from version to version, so that a small change of the catalogue is a small delta.

Products are numbered by falling popularity, with room between them: one that comes or rises takes a number in a gap,
and all others keep theirs. Variants and reviews keep the number they once got.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from edge.catalogue import rows

SPACE = 16
"""Between two products that are numbered anew: full-text lists of neighbours stay at one octet an entry."""
LAST = 1 << 62
Key = TypeVar("Key", str, int)


class Numbers:
    """Of one build; those of the version before are looked up in its file, which may name millions."""

    def __init__(self, earlier: sqlite3.Connection | None = None) -> None:
        self._earlier = earlier
        self._reviews = _reviews(earlier) if earlier else {}
        ((last,),) = earlier.execute("SELECT coalesce(max(n), 0) FROM variant") if earlier else ((0,),)
        self._next_variant = count(last + 1)
        self._next_review = count(max((n for those in self._reviews.values() for n in those), default=0) + 1)

    @classmethod
    def of(cls, file: Path | None) -> "Numbers":
        """Those of a catalogue file; without one everything is numbered anew."""
        if file is None:
            return cls()
        return cls(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True))

    def close(self) -> None:
        if self._earlier:
            self._earlier.close()

    def products(self) -> Iterable[tuple[str, int]]:
        """Ids and numbers of the version before."""
        return self._earlier.execute("SELECT id, n FROM product") if self._earlier else ()

    def variant(self, sku: str) -> int:
        held = (
            self._earlier.execute("SELECT n FROM variant WHERE sku = ?", (sku,)).fetchone() if self._earlier else None
        )
        return held[0] if held else next(self._next_variant)

    def review(self, said: tuple[Any, ...]) -> int:
        """`said` is the row without its number. Of equal reviews each keeps one of their numbers."""
        held = self._reviews.get(hash(said))
        return held.pop() if held else next(self._next_review)


def _reviews(earlier: sqlite3.Connection) -> dict[int, list[int]]:
    """The numbers of each text, by its hash."""
    found = dict[int, list[int]]()
    for n, *said in earlier.execute(rows.REVIEW.replace("SELECT", "SELECT n,", 1) + " ORDER BY n DESC"):
        found.setdefault(hash(tuple(said)), []).append(n)
    return found


def spread(ordered: Sequence[Key], before: Mapping[Key, int]) -> list[int]:
    """A number for each key, rising. As many as can keep theirs of `before` do; where a gap is too narrow for what
    comes into it, its neighbours move too."""
    numbers: list[int] = []
    low: int = 0
    waiting: int = 0
    for held in _rising([before.get(key) for key in ordered]):
        if held is None or held - low <= waiting:
            waiting += 1
            continue
        numbers += (low + (held - low) * step // (waiting + 1) for step in range(1, waiting + 1))
        numbers.append(held)
        low, waiting = held, 0
    return [*numbers, *(low + SPACE * step for step in range(1, waiting + 1))]


def _rising(numbers: Sequence[int | None]) -> list[int | None]:
    """The longest rising part of `numbers` in its places, None in all others (patience sorting)."""
    ends, places, chosen_before = list[int](), list[int](), dict[int, int]()
    for place, n in enumerate(numbers):
        if n is None:
            continue
        length = len(ends) if not ends or n > ends[-1] else bisect_left(ends, n)
        chosen_before[place] = places[length - 1] if length else -1
        ends[length : length + 1], places[length : length + 1] = [n], [place]
    kept: list[int | None] = [None] * len(numbers)
    place = places[-1] if places else -1
    while place >= 0:
        kept[place], place = numbers[place], chosen_before[place]
    return kept
