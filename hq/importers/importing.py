"""One file into the `article` table: all of it or, where the file turns out to be none, nothing of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RootTransaction, Transaction, select

from edge.catalogue.schema import search_table
from edge.domain.article import Product, Variant
from hq.clock import now as system_now
from hq.errors import InputError
from hq.importers import formats, merchant, table
from hq.importers.articles import Articles, Difference
from hq.importers.cells import BadCell
from hq.importers.desk import Adapter, Desk
from hq.importers.merchant_rows import MerchantItems
from hq.importers.own_articles import ArticleRows, languages
from hq.importers.own_facts import PriceRows, ReviewRows, StockRows, StoreRows
from hq.importers.pictures import Pictures
from hq.report import Problem, Report
from hq.store.insert import put
from hq.store.tables import setting

ADAPTERS: dict[str, Callable[[Desk], Adapter]] = {
    formats.ARTICLES: ArticleRows,
    formats.PRICES: PriceRows,
    formats.STOCK: StockRows,
    formats.REVIEWS: ReviewRows,
    formats.STORES: StoreRows,
    formats.MERCHANT: MerchantItems,
}
LISTS = (formats.ARTICLES, formats.MERCHANT)
"""Formats that are lists of all articles, so that what they no longer name can be told."""
LANGUAGES = "catalogue.languages"
"""The setting that holds the catalogue's languages (JSON), the first met first."""
MOST_PROBLEMS = 10_000
Row = tuple[int, dict[str, str]]


@dataclass(kw_only=True)
class CatalogueReport(Report):
    """`difference` is to the live catalogue. Beyond MOST_PROBLEMS, problems are only counted, in `left_out`."""

    difference: Difference = field(default_factory=Difference)
    left_out: int = 0


def import_file(
    connection: Connection,
    path: Path,
    *,
    format: str = "",  # noqa: A002 (the command line's own word)
    dry_run: bool = False,
    replace: bool = False,
    pictures: Path | None = None,
    currency: str = "EUR",
    language: str = "en",
    now: int | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> CatalogueReport:
    """Import `path`: in a transaction of its own, or, where `connection` is in one, as a part of that.

    `replace` removes the articles that a full list no longer names. `pictures` is the folder pictures are taken over to
    (D/pictures). `currency` and `language` are those of values that name none. `progress` hears the rows read.
    Raises InputError for a file that is no catalogue; then nothing was changed.
    """
    name = format or formats.recognise(path)
    if name not in ADAPTERS:
        raise InputError(f"{path} has the format {name}, which is no catalogue. {table.ACCEPTED}")
    spoken = _languages(path, name, language) if name in LISTS else []
    with _transaction(connection, keep=not dry_run):
        work = _Work(connection, path, name, pictures if not dry_run else None, currency, language, now or system_now())
        work.run(progress)
        if name in LISTS:
            for kind in (Variant, Product):
                work.articles.unnamed(kind, remove=replace)
            _remember_languages(connection, spoken)
    return work.report


@contextmanager
def _transaction(connection: Connection, *, keep: bool) -> Iterator[None]:
    begun: RootTransaction | Transaction
    begun = connection.begin_nested() if connection.in_transaction() else connection.begin()
    try:
        yield
    except BaseException:
        begun.rollback()
        raise
    if keep:
        begun.commit()
    else:
        begun.rollback()


class _Work:
    """One import at work: its rows, and the report that grows with them."""

    def __init__(
        self, connection: Connection, path: Path, name: str, store: Path | None, currency: str, language: str, now: int
    ) -> None:
        self.report = CatalogueReport(format=name)
        self.articles = Articles(connection)
        self.report.difference = self.articles.difference
        pictures = Pictures(path.parent, store)
        self._desk = Desk(
            articles=self.articles, pictures=pictures, warn=self._warn, currency=currency, language=language, now=now
        )
        self._adapter = ADAPTERS[name](self._desk)
        self._rows: Iterator[Row] = merchant.items(path) if name == formats.MERCHANT else table.rows(path)
        self._row = 0
        self._warned = False

    def run(self, progress: Callable[[int], None]) -> None:
        for row, cells in self._rows:
            self._row = row
            self.report.rows += 1
            self._warned = False
            self._take(cells)
            if self.report.rows % 1000 == 0:
                progress(self.report.rows)
        self.articles.flush()
        progress(self.report.rows)

    def _take(self, cells: dict[str, str]) -> None:
        try:
            if self._adapter.take(self._row, cells):
                self.report.accepted += 1
            else:
                self.report.merged += 1
        except BadCell as bad:
            self.report.rejected += 1
            self._problem(bad.field, bad.reason, bad.hint)
            return
        self.report.warned += self._warned

    def _warn(self, field: str, reason: str, hint: str) -> None:
        self._warned = True
        self._problem(field, reason, hint)

    def _problem(self, field: str, reason: str, hint: str) -> None:
        if len(self.report.problems) < MOST_PROBLEMS:
            self.report.problems.append(Problem(row=self._row, field=field, reason=reason, hint=hint))
        else:
            self.report.left_out += 1


def _languages(path: Path, name: str, language: str) -> list[str]:
    found = [language] if name == formats.MERCHANT else languages(table.header(path))
    try:
        for one in found:
            search_table(one)
    except ValueError as error:
        raise InputError(f"{path}: {error}. Name the columns title_en, title_de …") from error
    return found


def _remember_languages(connection: Connection, found: list[str]) -> None:
    held: list[Any] = json.loads(connection.scalar(select(setting.c.value).where(setting.c.key == LANGUAGES)) or "[]")
    put(
        connection,
        setting,
        {"key": LANGUAGES, "value": json.dumps([*held, *(new for new in found if new not in held)])},
    )
