"""What the full-text tables hold: one row per product and language."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from edge.catalogue import rows
from edge.catalogue.schema import FIELDS, search_ddl, search_table
from edge.catalogue.words import folded, stemmed
from edge.domain.article import Product

Numbered = tuple[int, Product]
MORE = "SELECT product_id, group_concat(size || ' ' || colour || ' ' || sku, ' ') FROM variant"
SearchRow = tuple[int | str, ...]
"""Its number, then the fields."""


def fill_search(db: Database, ordered: Sequence[Numbered], languages: Sequence[str]) -> None:
    """Fill each language's table; row numbers are those of `product`."""
    more = dict(db.execute(f"{MORE} GROUP BY 1"))
    for language in languages:
        db.conn.executescript(search_ddl(language))
        table = search_table(language)
        with db.atomic():
            written = _rows(ordered, more, language, languages[0])
            db.conn.executemany(
                f"INSERT INTO {table} (rowid, {', '.join(FIELDS)}) VALUES (?{', ?' * len(FIELDS)})", written
            )
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def rows_of(
    connection: sqlite3.Connection, numbers: Iterable[int], languages: Sequence[str]
) -> dict[str, dict[int, SearchRow]]:
    """By table and number, what the full-text tables of a file hold of these products: they keep no text themselves, so
    it is made again from the others. A delta takes such rows out and puts them in."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS asked (n INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM asked")
    connection.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((n,) for n in numbers))
    found = connection.execute(rows.PRODUCT.replace("SELECT", "SELECT n,", 1) + " JOIN asked USING (n) ORDER BY n")
    ordered = [(n, rows.product(row)) for n, *row in found]
    of_these = "WHERE product_id IN (SELECT id FROM product JOIN asked USING (n)) GROUP BY 1"
    more = dict(connection.execute(f"{MORE} {of_these}"))
    made = {language: _rows(ordered, more, language, languages[0]) for language in languages}
    return {search_table(language): {int(row[0]): row for row in those} for language, those in made.items()}


def _rows(ordered: Sequence[Numbered], more: Mapping[str, str], language: str, first: str) -> Iterator[SearchRow]:
    for n, product in ordered:
        title = text_in(product.title, language, first)
        told = more.get(product.id, "")
        fields = (title, product.brand, product.category, told, text_in(product.story, language, first))
        whole = folded(f"{title} {product.brand} {product.category} {told}")
        yield (n, *(stemmed(field, language) for field in fields), whole)


def text_in(texts: Mapping[str, str], language: str, first: str) -> str:
    """The text in `language`, else in the catalogue's first language, else in any."""
    return texts.get(language) or texts.get(first) or next(iter(texts.values()), "")
