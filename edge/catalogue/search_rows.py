"""What the full-text tables hold: one row per product and language."""

from collections.abc import Iterator, Mapping, Sequence

from sqlite_utils import Database

from edge.catalogue.schema import FIELDS, search_ddl, search_table
from edge.catalogue.words import folded, stemmed
from edge.domain.article import Product


def fill_search(db: Database, ordered: Sequence[Product], languages: Sequence[str]) -> None:
    """Fill each language's table; row numbers are those of `product`, so `ordered` is the order it was written in."""
    more = dict(
        db.execute("SELECT product_id, group_concat(size || ' ' || colour || ' ' || sku, ' ') FROM variant GROUP BY 1")
    )
    for language in languages:
        db.conn.executescript(search_ddl(language))
        table = search_table(language)
        with db.atomic():
            rows = _rows(ordered, more, language, languages[0])
            db.conn.executemany(
                f"INSERT INTO {table} (rowid, {', '.join(FIELDS)}) VALUES (?{', ?' * len(FIELDS)})", rows
            )
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _rows(
    ordered: Sequence[Product], more: Mapping[str, str], language: str, first: str
) -> Iterator[tuple[int | str, ...]]:
    for n, product in enumerate(ordered, 1):
        title = text_in(product.title, language, first)
        told = more.get(product.id, "")
        fields = (title, product.brand, product.category, told, text_in(product.story, language, first))
        whole = folded(f"{title} {product.brand} {product.category} {told}")
        yield (n, *(stemmed(field, language) for field in fields), whole)


def text_in(texts: Mapping[str, str], language: str, first: str) -> str:
    """The text in `language`, else in the catalogue's first language, else in any."""
    return texts.get(language) or texts.get(first) or next(iter(texts.values()), "")
