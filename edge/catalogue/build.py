"""HQ writes a catalogue file: once per version, for every box."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlite_utils import Database

from edge.catalogue.categories import ancestors
from edge.catalogue.numbers import LAST, Numbers, spread
from edge.catalogue.schema import INDEXES, MARK, SCHEMA, TABLES, Version
from edge.catalogue.search_rows import Numbered, fill_search
from edge.catalogue.synonyms import Synonym, stemmed_rows
from edge.domain.article import SHOWN, Product, Review, Stock, Store, Variant

BATCH = 2_000
FREE = "CASE WHEN EXISTS (SELECT 1 FROM variant WHERE gtin = ?4) THEN NULL ELSE ?4 END"
VARIANT = f"INSERT INTO variant VALUES (?1, ?2, ?3, {FREE}, {', '.join(f'?{at}' for at in range(5, 17))})"

FURTHER = """
UPDATE variant SET more_gtins = told.gtins
FROM (SELECT sku, group_concat(gtin) AS gtins FROM (SELECT * FROM more_gtin ORDER BY gtin) GROUP BY sku) AS told
WHERE variant.sku = told.sku
"""
"""What is left of the further numbers once each leads to one article."""


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
    numbers = Numbers.of(before)
    ordered = _numbered(products, numbers)
    with closing(sqlite3.connect(unfinished)) as connection:
        db = _empty(connection)
        with db.atomic():
            _meta(db, version, languages, marks or {})
            _products(db, ordered)
            _variants(db, variants, numbers)
            _facts(db, stock, reviews, stores, numbers)
            _categories(db)
            db.conn.executemany("INSERT OR IGNORE INTO synonym VALUES (?, ?, ?)", stemmed_rows(synonyms))
            for statement in INDEXES.strip().split(";\n"):
                db.execute(statement)
        fill_search(db, ordered, languages)
    unfinished.replace(path)


def _numbered(products: Iterable[Product], numbers: Numbers) -> list[Numbered]:
    """Of equally popular ones those stay in front that were there before."""
    before = numbers.products
    ordered = sorted(products, key=lambda product: (-product.popularity, before.get(product.id, LAST), product.id))
    return list(zip(spread([product.id for product in ordered], before), ordered, strict=True))


def _empty(connection: sqlite3.Connection) -> Database:
    """No journal and no syncing: a file that is not finished is thrown away, and published only after its hash."""
    connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA application_id={MARK}; {TABLES}")
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def _meta(db: Database, version: Version, languages: Sequence[str], marks: Mapping[str, Version]) -> None:
    values = {"schema": SCHEMA, "epoch": version.epoch, "n": version.n, "languages": json.dumps(list(languages))}
    db.conn.executemany("INSERT INTO meta VALUES (?, ?)", [(key, str(value)) for key, value in values.items()])
    reached = [(feed, mark.epoch, mark.n) for feed, mark in marks.items()]
    db.conn.executemany("INSERT INTO mark VALUES (?, ?, ?)", reached)


def _products(db: Database, ordered: Iterable[Numbered]) -> None:
    rows = (
        (n, p.id, p.brand, p.category, *map(_json, (p.title, p.story, p.goes_with)), p.popularity, *_told(p))
        for n, p in ordered
    )
    db.conn.executemany("INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _told(product: Product) -> tuple[str, str]:
    return _json(product.facts), product.keywords


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _variants(db: Database, variants: Iterable[Variant], numbers: Numbers) -> None:
    known = {known_id for (known_id,) in db.execute("SELECT id FROM product")}
    beside = _Beside(db)
    kept = (variant for variant in variants if variant.product_id in known)
    db.conn.executemany(VARIANT, ((numbers.variant(v.sku), *_variant_row(beside.noted(v))) for v in kept))
    beside.write()
    db.execute("DELETE FROM more_gtin WHERE EXISTS (SELECT 1 FROM variant WHERE variant.gtin = more_gtin.gtin)")
    db.execute(FURTHER)


@dataclass
class _Beside:
    """What stands in other tables about the variants: written in batches while these are, for there may be millions."""

    db: Database
    _gtins: list[tuple[int, str]] = field(default_factory=list)
    _zones: list[tuple[object, ...]] = field(default_factory=list)

    def noted(self, v: Variant) -> Variant:
        self._gtins += ((int(gtin), v.sku) for gtin in v.more_gtins)
        for zone, said in v.zones.items():
            was = said.was.amount if said.was else None
            self._zones.append((v.sku, zone, said.price.amount, was, said.price.currency))
        if len(self._gtins) + len(self._zones) >= BATCH:
            self.write()
        return v

    def write(self) -> None:
        self.db.conn.executemany("INSERT OR IGNORE INTO more_gtin VALUES (?, ?)", self._gtins)
        self.db.conn.executemany("INSERT INTO zone_price VALUES (?, ?, ?, ?, ?)", self._zones)
        self._gtins.clear()
        self._zones.clear()


def _variant_row(v: Variant) -> tuple[object, ...]:
    gtin, was = int(v.gtin) if v.gtin else None, v.was.amount if v.was else None
    article = (v.sku, v.product_id, gtin, v.price.amount, was, v.price.currency)
    return (
        *article,
        v.size,
        v.colour,
        v.colour_code,
        v.picture,
        int(v.web_only),
        v.link,
        v.position,
        _json(v.more_pictures) if v.more_pictures else "[]",
        "",
    )


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
    db.conn.executemany("INSERT OR IGNORE INTO shelf VALUES (?, ?)", list(rows))
    db.execute("INSERT INTO category SELECT path, min(product), count(*) FROM shelf GROUP BY path")
