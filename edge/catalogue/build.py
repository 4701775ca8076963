"""HQ writes a catalogue file: once per version, for every box."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from edge.catalogue.build_products import write_products
from edge.catalogue.build_variants import write_variants
from edge.catalogue.categories import ancestors
from edge.catalogue.numbers import Numbers
from edge.catalogue.schema import INDEXES, MARK, SCHEMA, TABLES, Version
from edge.catalogue.search_rows import fill_search
from edge.catalogue.synonyms import Synonym, stemmed_rows
from edge.domain.article import SHOWN, Product, Review, Stock, Store, Variant

SETTINGS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
"""No journal and no syncing: a file that is not finished is thrown away, and published only after its hash. 64 MB of
pages: products are sorted, and read again with their variants."""


def build(
    path: Path,
    *,
    version: Version,
    products: Iterable[Product],
    variants: Iterable[Variant],
    stock: Iterable[Stock],
    reviews: Iterable[Review],
    stores: Iterable[Store],
    languages: Sequence[str],
    synonyms: Iterable[Synonym] = (),
    marks: Mapping[str, Version] | None = None,
    before: Path | None = None,
) -> None:
    """Write the file; `path` appears only when it is whole. `languages` are those that are searched, the first is shown
    where a text lacks another. A variant without its product is left out; of two variants with one GTIN the first
    keeps it, and a variant's own one counts before any further one. Stock may come before its variant does: the next
    delta may bring that.

    `marks` says up to which version of each other feed the values reach. `before` is the file of the version before:
    rows keep their numbers there, so that the two differ in what was changed and in nothing else."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as connection, closing(Numbers.of(before)) as numbers:
        db = _empty(connection)
        with db.atomic():
            _meta(db, version, languages, marks or {})
            write_products(db, products, numbers)
            write_variants(db, variants, numbers)
            _facts(db, stock, reviews, stores, numbers)
            _categories(db)
            db.conn.executemany("INSERT OR IGNORE INTO synonym VALUES (?, ?, ?)", stemmed_rows(synonyms))
            for statement in INDEXES.strip().split(";\n"):
                db.execute(statement)
        fill_search(db, languages)
    unfinished.replace(path)


def _empty(connection: sqlite3.Connection) -> Database:
    connection.executescript(f"{SETTINGS} PRAGMA application_id={MARK}; {TABLES}")
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def _meta(db: Database, version: Version, languages: Sequence[str], marks: Mapping[str, Version]) -> None:
    values = {"schema": SCHEMA, "epoch": version.epoch, "n": version.n, "languages": json.dumps(list(languages))}
    db.conn.executemany("INSERT INTO meta VALUES (?, ?)", [(key, str(value)) for key, value in values.items()])
    reached = [(feed, mark.epoch, mark.n) for feed, mark in marks.items()]
    db.conn.executemany("INSERT INTO mark VALUES (?, ?, ?)", reached)


def _facts(
    db: Database, stock: Iterable[Stock], reviews: Iterable[Review], stores: Iterable[Store], numbers: Numbers
) -> None:
    counts = ((s.sku, s.store, s.quantity, s.as_of, s.source) for s in stock)
    db.conn.executemany("INSERT OR REPLACE INTO stock VALUES (?, ?, ?, ?, ?)", counts)
    words = (
        (r.product_id, r.rating, r.title, r.text, r.language, r.author, r.date, r.helpful, r.unhelpful)
        for r in reviews
        if r.state == SHOWN
    )
    numbered = ((numbers.review(said), *said) for said in words)
    db.conn.executemany("INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", numbered)
    places = ((s.id, s.name, s.city, s.address, s.latitude, s.longitude, s.hours, s.time_zone, s.zone) for s in stores)
    db.conn.executemany("INSERT INTO store VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", places)


def _categories(db: Database) -> None:
    rows = ((path, n) for n, category in db.execute("SELECT n, category FROM product") for path in ancestors(category))
    db.conn.executemany("INSERT OR IGNORE INTO shelf VALUES (?, ?)", rows)
    db.execute("INSERT INTO category SELECT path, min(product), count(*) FROM shelf GROUP BY path")
