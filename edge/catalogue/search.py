"""Which products answer what somebody typed: codes first, then words, best first.

Products with every word are asked for; while they are few, also those that lack one word, then two. Of very many hits
only the most popular are looked at, those with the words in their names first: ranking a short word over every hit
takes seconds in large catalogues, and says little.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from edge.catalogue.accessories import accessories
from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.question import Word
from edge.catalogue.rank import Weights, ranked, rarity
from edge.catalogue.schema import text_table

COUNTED = 2_000
"""Hits that are counted one by one."""
RANKED, RANKED_TYPING = 300, 120
"""Hits that are compared; the rest follow by popularity. While somebody types the next letter changes them anyway."""
ENOUGH = 24
"""With so many hits of all words none that lacks one is asked for: a page is full."""
MOST_COMBINED = 5
"""Words whose combinations are asked for; of more, only with one missing, or any."""
NAMES = "{title brand category keywords more}"
CODE = 1_000.0
"""What a product is worth that a code names, far above what words can be."""


@dataclass(frozen=True)
class Found:
    n: int
    score: float
    sku: str = ""
    """The variant that a code names."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """What is known of one language's full-text table beside its words."""

    vocabulary: Vocabulary
    products: int
    usual: Sequence[int]
    """Words that a field has, on average."""


class Search:
    """One question, asked once. `within` is an FTS5 expression that every product must also fulfil."""

    def __init__(self, ask: Ask, index: Index, weights: Weights, within: str = "") -> None:
        self._ask, self._index, self._weights, self._within = ask, index, weights, within
        self._table = index.vocabulary.table

    def hits(self, words: Sequence[Word], most: int) -> list[int]:
        """The numbers of at most `most` products: those with every word, the most popular first; while they are few,
        those that lack one, the commonest first, then two."""
        found = dict[int, None]()
        for some in _looser(words, self._index.vocabulary.count):
            found.update(dict.fromkeys(self._matching(" AND ".join(word.expression for word in some), most)))
            if len(found) >= ENOUGH:
                break
        return list(found)[:most]

    def all(self, most: int) -> list[int]:
        """Without words."""
        if self._within:
            return self._matching("", most)
        return [n for (n,) in self._ask("SELECT n FROM facet ORDER BY n LIMIT ?", most)]

    def order(self, hits: Sequence[int], words: Sequence[Word], most: int) -> list[Found]:
        """At most `most`, the best first; beyond those that are compared, by popularity."""
        compare = RANKED_TYPING if any(word.starts for word in words) else RANKED
        chosen = self._in_names(hits, words, compare) if len(hits) > compare else hits
        language = self._index.vocabulary.language
        columns = f"SELECT * FROM {text_table(language)} WHERE n IN ({_listed(chosen)})"
        count = self._index.vocabulary.count
        idf = [rarity(max(map(count, word.forms)), self._index.products) for word in words]
        best = ranked(self._ask(columns), words, idf, self._index.usual, self._weights, accessories(language))
        found = [Found(n, score) for n, score in best[:most]]
        if most > len(best):
            compared = {n for n, _ in best}
            found += (Found(n, 0.0) for n in hits if n not in compared)
        return found[:most]

    def _in_names(self, hits: Sequence[int], words: Sequence[Word], most: int) -> list[int]:
        """Those first that have every word in what they are called."""
        every = " AND ".join(f"{NAMES} : {word.expression}" for word in words)
        allowed = set(hits)
        named = [n for n in self._matching(every, most) if n in allowed]
        return list(dict.fromkeys([*named, *hits]))[:most]

    def _matching(self, expression: str, most: int) -> list[int]:
        asked = " AND ".join(filter(None, [f"({expression})" if expression else "", self._within]))
        sql = f"SELECT rowid FROM {self._table} WHERE {self._table} MATCH ? ORDER BY rowid LIMIT ?"
        return [n for (n,) in self._ask(sql, asked, most)]


def _looser(words: Sequence[Word], count: Callable[[str], int]) -> Iterator[Sequence[Word]]:
    """All of the words; all but one, the commonest first; … ; each by itself, the rarest first."""
    by_rarity = sorted(words, key=lambda word: max(map(count, word.forms)))
    sizes = range(len(words), 0, -1) if len(words) <= MOST_COMBINED else (len(words), len(words) - 1, 1)
    for size in sizes:
        yield from combinations(by_rarity, size)


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def codes(ask: Ask, typed: str, most: int) -> list[Found]:
    """A GTIN in any length, a SKU, or the beginning of a SKU that has a digit in it."""
    found = dict[int, Found]()
    for condition, *values in _code_conditions(typed):
        sql = f"SELECT p.n, v.sku FROM variant v JOIN product p ON p.id = v.product_id WHERE {condition} LIMIT ?"
        for n, sku in ask(sql, *values, most):
            found.setdefault(n, Found(n, CODE - len(found) * 0.001, sku))
    return list(found.values())[:most]


def _code_conditions(typed: str) -> Iterator[tuple[str | int, ...]]:
    digits = typed.replace(" ", "").replace("-", "")
    if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14:
        yield "v.gtin = ?", int(digits)
        yield "v.sku = (SELECT sku FROM more_gtin WHERE gtin = ?)", int(digits)
    yield "v.sku = ?", typed
    if len(typed) >= 3 and " " not in typed and any(char.isdigit() for char in typed):
        for start in dict.fromkeys((typed, typed.upper())):
            yield "v.sku >= ? AND v.sku < ?", start, start + "\U0010ffff"
