"""One import at work: its rows, and the report that grows with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from hq.importers import formats, merchant, table
from hq.importers.articles import Articles, Difference
from hq.importers.cells import BadCell
from hq.importers.desk import Adapter, Desk
from hq.importers.merchant_rows import MerchantItems
from hq.importers.own_articles import ArticleRows
from hq.importers.own_facts import PriceRows, ReviewRows, StockRows, StoreRows
from hq.importers.pictures import Pictures
from hq.report import Problem, Report

ADAPTERS: dict[str, Callable[[Desk], Adapter]] = {
    formats.ARTICLES: ArticleRows,
    formats.PRICES: PriceRows,
    formats.STOCK: StockRows,
    formats.REVIEWS: ReviewRows,
    formats.STORES: StoreRows,
    formats.MERCHANT: MerchantItems,
}
MOST_PROBLEMS = 10_000


@dataclass(kw_only=True)
class CatalogueReport(Report):
    """`difference` is to the live catalogue. Beyond MOST_PROBLEMS, problems are only counted, in `left_out`."""

    difference: Difference = field(default_factory=Difference)
    left_out: int = 0


class Work:
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
        self._rows: Iterator[table.Row] = merchant.items(path) if name == formats.MERCHANT else table.rows(path)
        self._row = 0
        self.torn = False
        """Whether the file broke off: then what it does not name may still be there."""
        self._warned = False

    def run(self, progress: Callable[[int], None]) -> None:
        for row, cells in self._rows:
            self._row = row
            self.report.rows += 1
            self._warned = False
            self.torn = isinstance(cells, BadCell)
            self._take(cells)
            if self.report.rows % 1000 == 0:
                progress(self.report.rows)
        self.articles.flush()
        progress(self.report.rows)

    def _take(self, cells: dict[str, str] | BadCell) -> None:
        try:
            if self._adapter.take(self._row, table.whole(cells)):
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
