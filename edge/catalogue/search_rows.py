"""What the full-text tables hold: one row per product and language."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from math import log2
from operator import ne

from sqlite_utils import Database

from edge.catalogue import rows
from edge.catalogue.schema import FIELDS, search_ddl, search_table, text_table
from edge.catalogue.words import fold, split, stems
from edge.domain.article import Product

JOINED = [f"coalesce(group_concat(v.{column}, char(31)), '')" for column in ("sku", "size", "colour", "price")]
FACETS = f"""
INSERT INTO facet SELECT p.n, p.id, p.brand, p.category, {", ".join(JOINED)}
FROM product p LEFT JOIN variant v ON v.product_id = p.id GROUP BY p.n
"""
MORE = "(SELECT group_concat(DISTINCT size || ' ' || colour) FROM variant WHERE product_id = product.id)"
PRODUCTS = rows.PRODUCT.replace("SELECT", f"SELECT n, {MORE},", 1) + " ORDER BY n"
PLAIN = re.compile(r"\s*(?:yes|no|true|false|ja|nein|jah|ei|s[ií]|[\d.,\s]*)\s*", re.IGNORECASE)
"""A fact's value that is no word."""
MOST_REPEATED = 50_000
"""Texts of brands, categories, sizes and facts that are kept while writing."""
Made = tuple[str, str, int]
SearchRow = tuple[int | str, ...]
"""Its number, then the fields."""


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
            db.conn.executemany(
                insert, (writer.row(n, rows.product(said), more or "") for n, more, *said in db.execute(PRODUCTS))
            )
            db.execute(f"INSERT INTO {search_table(language)} ({search_table(language)}) VALUES ('rebuild')")
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"usual_{language}", json.dumps(writer.usual())))


class Writer:
    """Makes the rows of one language."""

    def __init__(self, language: str, first: str) -> None:
        self._language, self._first = language, first
        self._stems = stems(language)
        self._often, self._values = _Kept(self._both), _Kept(self._value)
        self._words, self._filled = [0] * len(FIELDS), [0] * len(FIELDS)

    def row(self, n: int, product: Product, more: str) -> SearchRow:
        often = self._often
        made = (
            self._both(text_in(product.title, self._language, self._first)),
            often[product.brand],
            often[product.category],
            often[product.keywords],
            often[more],
            self._told(product.facts),
            self._both(text_in(product.story, self._language, self._first)),
        )
        for at, (_, _, length) in enumerate(made):
            if length:
                self._words[at] += length
                self._filled[at] += 1
        written = dict.fromkeys(" ".join([words for _, words, _ in made if words]).split())
        return (n, shown(product.popularity), *[stemmed for stemmed, _, _ in made], " ".join(written))

    def usual(self) -> list[int]:
        """How many words each field has that has any, on average: what counts as long."""
        return [
            max(1, round(words / filled)) if filled else 1
            for words, filled in zip(self._words, self._filled, strict=True)
        ]

    def _told(self, facts: Mapping[str, str]) -> Made:
        """The values that are words. What is merely so or not so ("Bluetooth: yes"), and bare numbers, say little of
        what an article is, and long lists of them outweigh what does (docs/search.md)."""
        made = [self._values[value] for value in facts.values()]
        stemmed, written, lengths = zip(*made, strict=True) if made else ((), (), ())
        return " ".join(filter(None, stemmed)), " ".join(filter(None, written)), sum(lengths)

    def _value(self, value: str) -> Made:
        return ("", "", 0) if PLAIN.fullmatch(value) else self._both(value)

    def _both(self, text: str) -> Made:
        """The text stemmed, those words of it that have another stem as they are written, and how many it has."""
        words = split(text)
        made = list(map(self._stems.__getitem__, words))
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


def shown(popularity: int) -> int:
    """In tenths of a doubling: what sells twice as often is ten more."""
    return round(10 * log2(max(popularity, 0) + 1))


def text_in(texts: Mapping[str, str], language: str, first: str) -> str:
    """The text in `language`, else in the catalogue's first language, else in any."""
    return texts.get(language) or texts.get(first) or next(iter(texts.values()), "")
