"""Which products fit what somebody typed, best first.

Tiers, each asked only while there is room: the code itself; products with every word, ranked; products with any of
the words, ranked; products with words that begin like the last one. When nothing is called like the last word but
something begins so, somebody is typing, and that tier goes first. A word the catalogue does not know is replaced by
its nearest neighbours. Ranking a short prefix over every hit takes seconds in large catalogues, so those come in the
order of popularity, and of very many hits only the most popular are ranked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.schema import WEIGHTS
from edge.catalogue.words import fold, split, stem

MOST_WORDS = 12
MOST_RANKED = 2_000
"""Hits that are compared by relevance; a word of which there are more says too little to rank by it alone."""
ALL_ROWS = 1 << 62
STEP = 1_000.0
"""Between the scores of two tiers, so that scores fall from hit to hit; relevance alone stays far below."""


@dataclass(frozen=True)
class Found:
    n: int
    score: float
    sku: str = ""
    """The variant that a code names."""


class Search:
    """One question, asked once."""

    def __init__(self, ask: Ask, vocabulary: Vocabulary, room: int) -> None:
        self._ask = ask
        self._vocabulary = vocabulary
        self._room = room
        self._found: dict[int, Found] = {}
        self._tier = 4 * STEP

    def run(self, words: str) -> list[Found]:
        self._codes(words.strip())
        typed = split(words)[:MOST_WORDS]
        if typed and self._half(typed[-1]):
            self._typing(typed)
        known = [one for one in map(self._forms, typed) if one]
        if known and len(known) == len(typed):
            self._ranked(" AND ".join(known))
        if known:
            self._ranked(" OR ".join(known))
        if typed:
            self._typing(typed)
        return list(self._found.values())[: self._room]

    def _codes(self, words: str) -> None:
        """A GTIN in any length, a SKU, or the beginning of a SKU that has a digit in it."""
        digits = words.replace(" ", "").replace("-", "")
        if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14:
            self._code("gtin = ?", int(digits))
        self._code("sku = ?", words)
        if len(words) >= 3 and " " not in words and any(char.isdigit() for char in words):
            upper = words.upper()
            self._code("sku >= ? AND sku < ?", upper, upper + "\U0010ffff")

    def _code(self, condition: str, *values: object) -> None:
        sql = f"SELECT p.n, v.sku FROM variant v JOIN product p ON p.id = v.product_id WHERE v.{condition} LIMIT ?"
        for n, sku in self._ask(sql, *values, self._room):
            self._found.setdefault(n, Found(n, self._tier, sku))

    def _half(self, word: str) -> bool:
        """Nothing is called so, but something that begins so: somebody is typing."""
        return not self._known(word) and self._vocabulary.begins(fold(word))

    def _known(self, word: str) -> list[str]:
        forms = dict.fromkeys((stem(word, self._vocabulary.language), fold(word)))
        return [form for form in forms if form in self._vocabulary]

    def _forms(self, word: str) -> str:
        """The word as a full-text expression: its stem or itself, else its neighbours, else ""."""
        return _either(self._known(word) or self._vocabulary.near(fold(word)))

    def _typing(self, typed: Sequence[str]) -> None:
        last = fold(typed[-1])
        if len(last) < 2 or not (self._vocabulary.begins(last) or last in self._vocabulary):
            return
        self._tier -= STEP
        before = [one for one in map(self._forms, typed[:-1]) if one]
        for fields in ("{title brand words} : ", ""):
            self._popular(" AND ".join([*before, f'{fields}"{last}" *']))

    def _popular(self, expression: str) -> None:
        table = self._vocabulary.table
        if len(self._found) < self._room:
            sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT ?"
            for (n,) in self._ask(sql, expression, self._room + len(self._found)):
                self._found.setdefault(n, Found(n, self._tier - len(self._found) / self._room))

    def _ranked(self, expression: str) -> None:
        self._tier -= STEP
        if len(self._found) >= self._room:
            return
        table, weights = self._vocabulary.table, ", ".join(map(str, WEIGHTS))
        rank = f"SELECT rowid, bm25({table}, {weights}) FROM {table} WHERE {table} MATCH ? AND rowid <= ?"
        room = self._room + len(self._found)
        for n, score in self._ask(f"{rank} ORDER BY 2, rowid LIMIT ?", expression, self._last(expression), room):
            self._found.setdefault(n, Found(n, self._tier - score))

    def _last(self, expression: str) -> int:
        """The row up to which hits are ranked: of too many hits only the most popular."""
        table = self._vocabulary.table
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT 1 OFFSET ?"
        return next((n for (n,) in self._ask(sql, expression, MOST_RANKED)), ALL_ROWS)


def _either(forms: Sequence[str]) -> str:
    """Words are letters and digits only (`split`), so that quoting them is enough."""
    return "(" + " OR ".join(f'"{form}"' for form in forms) + ")" if forms else ""
