"""The words a catalogue knows, and the nearest of them to a misspelt one."""

from bisect import bisect_left
from collections.abc import Callable
from threading import Lock
from typing import Any

from edge.catalogue.schema import search_table

Ask = Callable[..., list[Any]]
"""Runs one SELECT with its values and returns all rows."""
MOST_NEIGHBOURS = 3


class Vocabulary:
    """The terms of one language's full-text table, loaded when first asked (0.1 s for 100,000 terms), then kept."""

    def __init__(self, ask: Ask, language: str) -> None:
        self._ask = ask
        self._loading = Lock()
        self._terms: list[str] = []
        self._counts: dict[str, int] | None = None
        self.language = language
        self.table = search_table(language)

    def load(self) -> dict[str, int]:
        with self._loading:
            if self._counts is None:
                counts = dict(self._ask(f"SELECT term, doc FROM {self.table}_terms"))
                self._terms = sorted(term for term in counts if term.isalpha())
                self._counts = counts
        return self._counts

    def __contains__(self, word: str) -> bool:
        return word in self.load()

    def begins(self, word: str) -> bool:
        """Whether some term begins with `word`."""
        self.load()
        at = bisect_left(self._terms, word)
        return at < len(self._terms) and self._terms[at].startswith(word)

    def near(self, word: str) -> list[str]:
        """Up to three terms one edit away (two, where none is and the word is long enough), the most used first.

        A swap of neighbours counts as one edit. Numbers have no neighbours: 42 is no misspelt 43.
        """
        counts = self.load()
        if len(word) < 3 or not word.isalpha():
            return []
        for edits in range(1, 3 if len(word) >= 5 else 2):
            found = self._within(word, edits)
            if found:
                return sorted(found, key=lambda term: -counts[term])[:MOST_NEIGHBOURS]
        return []

    def _within(self, word: str, edits: int) -> list[str]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(word, self._terms, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=30)
        return [term for term, _, _ in found]
