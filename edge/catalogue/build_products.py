"""Products on their way into a catalogue file: sorted and numbered by SQLite, so that what they tell is never held in
memory, however many there are."""

from collections.abc import Iterable

import msgspec
from sqlite_utils import Database

from edge.catalogue.numbers import LAST, Numbers, spread
from edge.domain.article import Product

WAITING = """
CREATE TEMP TABLE arrived (id TEXT, brand, category, title, story, goes_with, popularity INTEGER, facts, keywords);
CREATE TEMP TABLE held (id TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE place (n INTEGER PRIMARY KEY, arrived INTEGER);
"""
"""What came, the numbers of the version before, and those of this one. SQLite keeps them in a file without a name."""
IN_ORDER = f"""
SELECT arrived.rowid, held.n FROM arrived LEFT JOIN held ON held.id = arrived.id
ORDER BY -popularity, coalesce(held.n, {LAST}), arrived.id
"""
"""The most popular first; of equally popular ones those stay in front that were there before."""

_encoded = msgspec.json.Encoder().encode


def write_products(db: Database, products: Iterable[Product], numbers: Numbers) -> None:
    """Fill `product`, in the order of its numbers."""
    for statement in WAITING.strip().split(";\n"):
        db.execute(statement)
    db.conn.executemany(f"INSERT INTO arrived VALUES (?{', ?' * 8})", map(_row, products))
    db.conn.executemany("INSERT INTO held VALUES (?, ?)", numbers.products())
    ordered = db.execute(IN_ORDER).fetchall()
    arrived = [rowid for rowid, _ in ordered]
    placed = spread(arrived, {rowid: n for rowid, n in ordered if n is not None})
    db.conn.executemany("INSERT INTO place VALUES (?, ?)", zip(placed, arrived, strict=True))
    joined = "SELECT place.n, arrived.* FROM place JOIN arrived ON arrived.rowid = place.arrived ORDER BY place.n"
    db.execute(f"INSERT INTO product {joined}")
    for name in ("arrived", "held", "place"):
        db.execute(f"DROP TABLE temp.{name}")


def _row(p: Product) -> tuple[object, ...]:
    told = map(as_json, (p.title, p.story, p.goes_with))
    return (p.id, p.brand, p.category, *told, p.popularity, as_json(p.facts), p.keywords)


def as_json(value: object) -> str:
    return _encoded(value).decode()
