"""What the full-text tables hold: one row per product and language."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import compress, starmap
from math import log2
from operator import add, ne

import msgspec
from sqlite_utils import Database

from edge.catalogue.schema import FIELD, FIELDS, search_ddl, search_table, text_table, word_table
from edge.catalogue.words import fold, split, stems

JOINED = [f"coalesce(group_concat(v.{column}, char(31)), '')" for column in ("sku", "size", "colour", "price")]
FACETS = f"""
INSERT INTO facet SELECT p.n, p.id, p.brand, p.category, {", ".join(JOINED)}
FROM product p LEFT JOIN variant v ON v.product_id = p.id GROUP BY p.n
"""
TOLD = """
SELECT p.n, p.popularity, p.title, p.brand, p.category, p.keywords, f.sizes, f.colours, p.facts, p.story
FROM product p JOIN facet f ON f.n = p.n ORDER BY p.n
"""
PLAIN = re.compile(r"\s*(?:yes|no|true|false|ja|nein|jah|ei|s[ií]|[\d.,\s]*)\s*", re.IGNORECASE)
"""A fact's value that is no word."""
MOST_REPEATED = 50_000
"""Texts of brands, categories, sizes and facts that are kept while writing: some 20 MB."""
Made = tuple[str, str, int]
"""A text stemmed, those words of it that have another stem as they are written, and how many words it has."""
NOTHING: Made = ("", "", 0)
SearchRow = tuple[int | str, ...]
"""Its number, then the fields."""
_texts = msgspec.json.Decoder(dict[str, str]).decode


def fill_search(db: Database, languages: Sequence[str]) -> None:
    """Fill each language's tables from `product`, with its numbers. One product after the other is in memory."""
    with db.atomic():
        db.execute(FACETS)
        db.execute("INSERT INTO meta SELECT 'products', count(*) FROM product")
    for language in languages:
        db.conn.executescript(search_ddl(language))
        writer = Writer(language, languages[0])
        with db.atomic():
            insert = f"INSERT INTO {text_table(language)} VALUES (?, ?{', ?' * len(FIELDS)})"
            db.conn.executemany(insert, starmap(writer.row, db.execute(TOLD)))
            db.execute(f"INSERT INTO {search_table(language)} ({search_table(language)}) VALUES ('rebuild')")
            counted = f"SELECT term, doc FROM {search_table(language)}_terms WHERE term NOT GLOB '*[0-9]*'"
            db.execute(f"INSERT INTO {word_table(language)} {counted}")
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"usual_{language}", json.dumps(writer.usual())))


class Writer:
    """Makes the rows of one language."""

    def __init__(self, language: str, first: str) -> None:
        self._language, self._first = language, first
        self._stem = stems(language).__getitem__
        self._often, self._values = _Kept(self._both), _Kept(self._value)
        self._words, self._filled = [0] * (len(FIELDS) - 1), [0] * (len(FIELDS) - 1)

    def row(
        self,
        n: int,
        popularity: int,
        title: str,
        brand: str,
        category: str,
        keywords: str,
        sizes: str,
        colours: str,
        facts: str,
        story: str,
    ) -> SearchRow:
        """From a row of TOLD."""
        often, values, language, first = self._often, self._values, self._language, self._first
        told = [made for value in _told(facts) if (made := values[value])[2]]
        stemmed, written, lengths = zip(
            self._both(text_in(_texts(title), language, first)),
            often[brand],
            often[category],
            often[keywords],
            often[_kinds(sizes, colours)],
            _joined(told),
            self._both(text_in(_texts(story), language, first)),
            strict=True,
        )
        self._words = list(map(add, self._words, lengths))
        self._filled = list(map(add, self._filled, map(bool, lengths)))
        words = dict.fromkeys(" ".join(written).split())
        return (n, shown(popularity), *stemmed, " ".join(words))

    def usual(self) -> list[int]:
        """How many words each field has that has any, on average: what counts as long. The last one has none."""
        usual = [max(1, round(words / (filled or 1))) for words, filled in zip(self._words, self._filled, strict=True)]
        return [*usual, 1]

    def _value(self, value: str) -> Made:
        """Of a fact. What is merely so or not so ("Bluetooth: yes"), and bare numbers, say little of what an article
        is, and long lists of them outweigh what does (docs/search.md)."""
        return NOTHING if PLAIN.fullmatch(value) else self._both(value)

    def _both(self, text: str) -> Made:
        words = split(text)
        made = list(map(self._stem, words))
        if made == words:
            return " ".join(words), "", len(words)
        written = compress(words, map(ne, words, made))
        return " ".join(made), " ".join(written if text.isascii() else map(fold, written)), len(words)


class _Kept(dict[str, Made]):
    """Brands, categories, values and the like repeat: they are made once."""

    def __init__(self, make: Callable[[str], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Made:
        if len(self) >= MOST_REPEATED:
            self.clear()
        made: Made = self._make(text)
        self[text] = made
        return made


def _told(facts: str) -> list[str]:
    """The values of an object of texts as msgspec writes it. Without an escape it can be cut, in a fifth of the time of
    reading it."""
    if "\\" in facts or facts == "{}":
        return list(_texts(facts).values())
    return facts[2:-2].replace('":"', '","').split('","')[1::2]


def _joined(told: Sequence[Made]) -> Made:
    if not told:
        return NOTHING
    stemmed, written, lengths = zip(*told, strict=True)
    return " ".join(stemmed), " ".join(filter(None, written)), sum(lengths)


def _kinds(sizes: str, colours: str) -> str:
    """What tells variants apart, each once."""
    pairs = zip(sizes.split(FIELD), colours.split(FIELD), strict=True)
    return ",".join(dict.fromkeys(map(" ".join, pairs)))


def shown(popularity: int) -> int:
    """In tenths of a doubling: what sells twice as often is ten more."""
    return round(10 * log2(max(popularity, 0) + 1))


def text_in(texts: Mapping[str, str], language: str, first: str) -> str:
    """The text in `language`, else in the catalogue's first language, else in any."""
    return texts.get(language) or texts.get(first) or next(iter(texts.values()), "")
