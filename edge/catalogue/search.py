"""Which products fit what somebody typed, best first.

Tiers, each asked only while there is room: the code itself; products with every word, ranked; products with every
word where the last one may go on (somebody is still typing); products with any of the words, ranked. A word the
catalogue does not know is replaced by its nearest neighbours. Ranking a short prefix over every hit takes seconds in
large catalogues, so prefix hits come in the order of popularity.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.schema import WEIGHTS
from edge.catalogue.words import fold, split, stem

MOST_WORDS = 12
CODE, ALL, PREFIX, ANY = 3000.0, 2000.0, 1000.0, 0.0
"""What each tier adds to its hits' scores, so that scores fall from hit to hit."""


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

    def run(self, words: str) -> list[Found]:
        self._codes(words.strip())
        typed = split(words)[:MOST_WORDS]
        known = [one for one in map(self._forms, typed) if one]
        if known and len(known) == len(typed):
            self._ranked(" AND ".join(known), ALL)
        if typed and not words.endswith(" "):
            self._typing(typed)
        if known:
            self._ranked(" OR ".join(known), ANY)
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
            self._found.setdefault(n, Found(n, CODE, sku))

    def _forms(self, word: str) -> str:
        """The word as a full-text expression: its stem or itself, else its neighbours, else ""."""
        forms = dict.fromkeys((stem(word, self._vocabulary.language), fold(word)))
        known = [form for form in forms if form in self._vocabulary] or self._vocabulary.near(fold(word))
        return _either(known)

    def _typing(self, typed: Sequence[str]) -> None:
        last = fold(typed[-1])
        if len(last) < 2 or not (self._vocabulary.begins(last) or last in self._vocabulary):
            return
        before = [one for one in map(self._forms, typed[:-1]) if one]
        for fields in ("{title brand words} : ", ""):
            self._popular(" AND ".join([*before, f'{fields}"{last}" *']))

    def _popular(self, expression: str) -> None:
        table = self._vocabulary.table
        if len(self._found) < self._room:
            sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT ?"
            for (n,) in self._ask(sql, expression, self._room + len(self._found)):
                self._found.setdefault(n, Found(n, PREFIX - len(self._found)))

    def _ranked(self, expression: str, tier: float) -> None:
        table, weights = self._vocabulary.table, ", ".join(map(str, WEIGHTS))
        if len(self._found) < self._room:
            rank = (
                f"SELECT rowid, bm25({table}, {weights}) FROM {table} WHERE {table} MATCH ? ORDER BY 2, rowid LIMIT ?"
            )
            for n, score in self._ask(rank, expression, self._room + len(self._found)):
                self._found.setdefault(n, Found(n, tier - score))


def _either(forms: Sequence[str]) -> str:
    """Words are letters and digits only (`split`), so that quoting them is enough."""
    return "(" + " OR ".join(f'"{form}"' for form in forms) + ")" if forms else ""
