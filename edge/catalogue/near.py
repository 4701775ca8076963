"""The words a catalogue knows: whether it has one, how often, what begins or ends so, what is spelt nearly so."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

from edge.catalogue.schema import search_table, word_table

Ask = Callable[..., list[Any]]
"""Runs one SELECT with its values and returns all rows."""
MOST_NEIGHBOURS = 3
LONGEST = 40
"""Letters of a word that is kept; what is longer is no word."""
OTHER_START = 0.2
LEAST_NEAR = 55.0
"""How alike (0 to 100, rapidfuzz's ratio) a word must be to be offered where nothing is within two edits."""


class Vocabulary:
    """The terms of one language's full-text table that are words, not numbers: loaded when first asked, then kept,
    sorted, beside how many products have each."""

    def __init__(self, ask: Ask, language: str) -> None:
        self._ask = ask
        self._loading = Lock()
        self._terms: list[str] | None = None
        self._counts = array("I")
        self._by_length: dict[int, list[str]] = {}
        self._backwards: list[str] = []
        self._numbers: dict[str, int] = {}
        self.language = language
        self.table = search_table(language)

    def load(self) -> Sequence[str]:
        with self._loading:
            if self._terms is None:
                words = sorted((term, n) for term, n in self._counted() if term.isalpha() and len(term) <= LONGEST)
                self._counts = array("I", [n for _, n in words])
                terms = [term for term, _ in words]
                for term in terms:
                    self._by_length.setdefault(len(term), []).append(term)
                self._terms = terms
        return self._terms

    def _counted(self) -> list[tuple[str, int]]:
        table = word_table(self.language)
        if self._ask("SELECT 1 FROM sqlite_master WHERE name = ?", table):
            return self._ask(f"SELECT term, products FROM {table}")
        return self._ask(f"SELECT term, doc FROM {self.table}_terms")  # a file that was built before there was one

    def count(self, word: str) -> int:
        """In how many products it stands."""
        terms = self.load()
        if word.isalpha():
            at = bisect_left(terms, word)
            return self._counts[at] if at < len(terms) and terms[at] == word else 0
        return self._number(word)

    def __contains__(self, word: str) -> bool:
        return self.count(word) > 0

    def together(self, phrase: str) -> bool:
        """Whether these stems stand in a row somewhere."""
        return bool(self._ask(f"SELECT 1 FROM {self.table} WHERE {self.table} MATCH ? LIMIT 1", f'"{phrase}"'))

    def _number(self, word: str) -> int:
        """Numbers are as many as articles: they are looked up, not kept."""
        if len(self._numbers) > 1_000:
            self._numbers.clear()
        if word not in self._numbers:
            found = self._ask(f"SELECT doc FROM {self.table}_terms WHERE term = ?", word)
            self._numbers[word] = int(found[0][0]) if found else 0
        return self._numbers[word]

    def beginning(self, start: str, most: int) -> list[str]:
        """Words that begin with `start`, the most used first."""
        terms = self.load()
        low, high = bisect_left(terms, start), bisect_left(terms, start + "\U0010ffff")
        best = sorted(range(low, high), key=lambda at: (-self._counts[at], at))[:most]
        return [terms[at] for at in best]

    def ending(self, end: str, most: int) -> list[str]:
        """Longer words that end with `end`, the most used first."""
        self.load()
        with self._loading:
            if not self._backwards:
                self._backwards = sorted(term[::-1] for term in self._terms or ())
        back = end[::-1]
        low, high = bisect_left(self._backwards, back), bisect_left(self._backwards, back + "\U0010ffff")
        found = [term[::-1] for term in self._backwards[low:high] if len(term) > len(end) + 2]
        return sorted(found, key=lambda term: (-self.count(term), term))[:most]

    def near(self, word: str) -> list[str]:
        """Up to three terms one edit away (two, where none is and the word is long enough), the most used first.

        A swap of neighbours counts as one edit. Numbers have no neighbours: 42 is no misspelt 43.
        """
        if len(word) < 3 or not word.isalpha() or len(word) > LONGEST:
            return []
        for edits in range(1, 3 if len(word) >= 5 else 2):
            found = self._within(word, edits)
            if found:
                return sorted(found, key=lambda term: (-self._likely(term, word), term))[:MOST_NEIGHBOURS]
        return []

    def _likely(self, term: str, word: str) -> float:
        """The first letter is seldom the wrong one."""
        return self.count(term) * (1.0 if term[0] == word[0] else OTHER_START)

    def nearest(self, word: str) -> list[str]:
        """What is still most like it, where `near` finds nothing."""
        from rapidfuzz import fuzz, process

        if len(word) < 3 or not word.isalpha() or len(word) > LONGEST:
            return []
        terms = [term for terms in self._lengths(len(word), 3) for term in terms]
        found = process.extract(word, terms, scorer=fuzz.ratio, processor=None, score_cutoff=LEAST_NEAR, limit=1)
        return [term for term, _, _ in found]

    def _within(self, word: str, edits: int) -> list[str]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = list[str]()
        for terms in self._lengths(len(word), edits):
            near = process.extract(word, terms, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=30)
            found += (term for term, _, _ in near)
        return found

    def _lengths(self, length: int, apart: int) -> Iterator[list[str]]:
        self.load()
        return (self._by_length[n] for n in range(length - apart, length + apart + 1) if n in self._by_length)
