"""Asking a catalogue: articles by code, products by category, stock, reviews, stores."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.catalogue import rows
from edge.catalogue.choice import Choice, Whereabouts
from edge.catalogue.errors import NotACatalogue
from edge.catalogue.find import ANYTHING, EVERYWHERE, Finder, Hit, Results
from edge.catalogue.goods import Good, companions, goods
from edge.catalogue.pool import Pool
from edge.catalogue.rank import Weights
from edge.catalogue.schema import MARK, SCHEMA, Version
from edge.catalogue.search_rows import text_in
from edge.domain.article import Item, Product, Review, Stock, Store, Variant


@dataclass(frozen=True)
class Category:
    path: str
    """From the root, joined by " > "."""
    count: int
    """Products in it and below it."""


FAILING = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
"""What a full or failing disk answers: nothing is said of the file then, and it may be opened later."""


class Catalogue:
    """One version of the catalogue, read-only. Any thread may ask; every answer is fetched before it is returned."""

    def __init__(self, pool: Pool, meta: Mapping[str, str], weights: Weights | None = None, zone: str = "") -> None:
        self._pool = pool
        self.version = Version(int(meta["epoch"]), int(meta["n"]))
        self.languages = tuple(json.loads(meta["languages"]))
        self.zone = zone
        """The price zone whose prices are told; "" has the variants' own."""
        self.frozen = False
        """Opened on a full disk: what is written to the file is not seen, and must not be until it is opened anew."""
        self._ask = pool.ask
        self._finder = Finder(pool.ask, self.languages, meta, weights)

    @classmethod
    def open(cls, path: Path, store: str = "", weights: Weights | None = None) -> Self:
        """With the prices of `store`; `weights` are for who tunes ranking. Raises NotACatalogue: not there, not of this
        form, or of a newer one; and sqlite3.OperationalError where the disk fails."""
        try:
            return cls._opened(Pool(path), path, store, weights)
        except sqlite3.OperationalError:
            beside = Path(f"{path}-wal")
            if beside.exists() and beside.stat().st_size:
                raise
        opened = cls._opened(Pool(path, frozen=True), path, store, weights)  # a full disk has no room for a -shm
        opened.frozen = True
        return opened

    @classmethod
    def _opened(cls, pool: Pool, path: Path, store: str, weights: Weights | None) -> Self:
        try:
            return cls(pool, _meta(pool, path), weights, _zone(pool, store))
        except (NotACatalogue, sqlite3.OperationalError):
            pool.close()
            raise

    def at(self, store: str) -> Self:
        """The same catalogue with the prices of another store. It is closed with the one it comes from."""
        other = copy(self)
        other.zone = _zone(self._pool, store)
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()

    def closer(self) -> Callable[[], None]:
        """Closes what this object holds, without holding the object: for a finalizer."""
        return self._pool.close

    def moment(self) -> AbstractContextManager[None]:
        """Inside, this thread's questions are all answered from one moment, though a delta is applied meanwhile. Keep
        it short: the file's write-ahead log grows as long as somebody looks at the past."""
        return self._pool.moment()

    def mark(self, feed: str) -> Version:
        """Up to which version of another feed the values reach; 0-0 without any."""
        found = self._ask("SELECT epoch, n FROM mark WHERE feed = ?", feed)
        return Version(*found[0]) if found else Version(0, 0)

    def warm(self) -> None:
        """Load what the first search would otherwise wait for."""
        self._finder.warm()

    # ---- articles ----

    def by_gtin(self, gtin: str) -> Variant | None:
        """The variant with this GTIN (14 digits), be it its first or a further one."""
        if not (gtin.isascii() and gtin.isdigit() and len(gtin) <= 14):
            return None
        number = int(gtin)
        return self._first_variant(rows.BY_GTIN, number) or self._first_variant(rows.BY_MORE_GTIN, number)

    def by_sku(self, sku: str) -> Variant | None:
        return self._first_variant(rows.BY_SKU, sku)

    def _first_variant(self, sql: str, value: object) -> Variant | None:
        found = self._ask(sql, value)
        if self.zone or not found:
            return next(iter(self._priced(found)), None)
        return rows.variant(found[0])

    def _priced(self, found: Sequence[rows.Row]) -> list[Variant]:
        """With the prices of the zone, where it has others."""
        variants = [rows.variant(row) for row in found]
        if not self.zone or not variants:
            return variants
        marks = ", ".join("?" * len(variants))
        query = f"{rows.ZONE_PRICE} WHERE zone = ? AND sku IN ({marks})"
        prices = {row[0]: row for row in self._ask(query, self.zone, *(variant.sku for variant in variants))}
        return [rows.priced(v, prices[v.sku]) if v.sku in prices else v for v in variants]

    def product(self, id: str) -> Product | None:  # noqa: A002 (the domain's word)
        return rows.first(rows.product, self._ask(f"{rows.PRODUCT} WHERE id = ?", id))

    def variants(self, product_id: str) -> list[Variant]:
        """In the order of `position`."""
        found = self._ask(f"{rows.VARIANT} WHERE product_id = ? ORDER BY position, n", product_id)
        return self._priced(found)

    def item(self, sku: str, language: str) -> Item:
        """The article as events carry it, named in `language`. Raises KeyError where there is no such SKU."""
        with self.moment():
            variant = self.by_sku(sku)
            product = self.product(variant.product_id) if variant else None
        if variant is None or product is None:
            raise KeyError(sku)
        return rows.item(variant, product, text_in(product.title, language, self._first))

    @property
    def _first(self) -> str:
        return self.languages[0] if self.languages else ""

    def goods(self) -> Iterator[list[Good]]:
        """Every article, in parts."""
        return goods(self._ask)

    def companions(self) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
        """Products, each with the ids of what goes with it, best first, in parts."""
        return companions(self._ask)

    # ---- facts about them ----

    def stock(self, sku: str) -> list[Stock]:
        return [rows.stock(row) for row in self._ask(f"{rows.STOCK} WHERE sku = ? ORDER BY store", sku)]

    def stock_of_product(self, product_id: str) -> list[Stock]:
        of_product = "WHERE sku IN (SELECT sku FROM variant WHERE product_id = ?) ORDER BY sku, store"
        return [rows.stock(row) for row in self._ask(f"{rows.STOCK} {of_product}", product_id)]

    def reviews(self, product_id: str) -> list[Review]:
        """The newest first."""
        found = self._ask(f"{rows.REVIEW} WHERE product_id = ? ORDER BY date DESC, n", product_id)
        return [rows.review(row) for row in found]

    def rating(self, product_id: str) -> tuple[float | None, int]:
        """The mean of the ratings (None without any) and their number; a review need not have one."""
        query = "SELECT avg(rating), count(*) FROM review WHERE product_id = ? AND rating > 0"
        ((mean, count),) = self._ask(query, product_id)
        return mean, count

    def related(self, product_id: str) -> list[Product]:
        """What goes with it, best first; ids that are not sold (any more) are left out."""
        with self.moment():
            product = self.product(product_id)
            found = [self.product(other) for other in (product.goes_with if product else ())]
        return [related for related in found if related]

    def stores(self) -> list[Store]:
        return [rows.store(row) for row in self._ask(f"{rows.STORE} ORDER BY name")]

    def store(self, id: str) -> Store | None:  # noqa: A002
        return rows.first(rows.store, self._ask(f"{rows.STORE} WHERE id = ?", id))

    def pictures(self) -> list[str]:
        """Every picture file name, once."""
        return [name for (name,) in self._ask("SELECT DISTINCT picture FROM variant WHERE picture <> '' ORDER BY 1")]

    def wanted_pictures(self) -> list[str]:
        """Every picture file name, once: first ones before further ones, those of popular articles before others."""
        by_rank = "FROM product p JOIN variant v ON v.product_id = p.id {} ORDER BY p.n, v.position"
        firsts = self._ask("SELECT v.picture " + by_rank.format("WHERE v.picture <> ''"))
        more = self._ask("SELECT v.more_pictures " + by_rank.format("WHERE v.more_pictures <> '[]'"))
        further = (name for (names,) in more for name in json.loads(names))
        return list(dict.fromkeys([*(name for (name,) in firsts), *further]))

    # ---- looking around ----

    def categories(self, language: str = "") -> list[Category]:
        """Every category and what it lies in, those with the most popular articles first. Feeds name categories in one
        language so far: `language` is for the day they name them in several."""
        return [Category(*row) for row in self._ask("SELECT path, count FROM category ORDER BY position, length(path)")]

    def products(self, category: str | None = None, limit: int = 20, offset: int = 0) -> list[Product]:
        """The most popular first; with `category`, those in it and below it."""
        if category is None:
            found = self._ask(f"{rows.PRODUCT} ORDER BY n LIMIT ? OFFSET ?", limit, offset)
        else:
            below = "WHERE n IN (SELECT product FROM shelf WHERE path = ? ORDER BY product LIMIT ? OFFSET ?) ORDER BY n"
            found = self._ask(f"{rows.PRODUCT} {below}", category, limit, offset)
        return [rows.product(row) for row in found]

    def find(self, words: str, language: str = "en", limit: int = 20, offset: int = 0) -> list[Hit]:
        """Products for what somebody typed (words, half a word, a code), best first. See `find.py`."""
        with self.moment():
            return self._finder.find(words, language, limit, offset)

    def search(
        self,
        words: str,
        language: str = "en",
        *,
        choice: Choice = ANYTHING,
        where: Whereabouts = EVERYWHERE,
        typing: bool = False,
        limit: int = 24,
        offset: int = 0,
    ) -> Results:
        """The same with counts, and by what the hits can be narrowed down. `typing`: the last word may be half of one.
        Without words everything that fits `choice`, the most popular first."""
        with self.moment():
            return self._finder.search(
                words, language, choice=choice, where=where, typing=typing, limit=limit, offset=offset
            )


def _zone(pool: Pool, store: str) -> str:
    found = pool.ask("SELECT zone FROM store WHERE id = ?", store) if store else ()
    return str(found[0][0]) if found else ""


def _meta(pool: Pool, path: Path) -> dict[str, str]:
    try:
        ((mark,),) = pool.ask("PRAGMA application_id")
        meta: dict[str, str] = dict(pool.ask("SELECT key, value FROM meta"))
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in FAILING:
            raise
        raise NotACatalogue(f"{path} is no catalogue: {error}") from error
    if not {"epoch", "n", "languages"} <= meta.keys():
        raise NotACatalogue(f"{path} is no catalogue: it does not say which version it is")
    if mark != MARK or int(meta.get("schema", 0)) != SCHEMA:
        raise NotACatalogue(f"{path} is a catalogue of form {meta.get('schema')}; this program reads form {SCHEMA}")
    return meta
