"""What tills sold takes pieces off the stock: each line of a receipt once, however often it is told.

Sales are no orders (`hq.orders`): they name nobody, and leave the campaigns alone. A till may tell them one by one, by
the minute, through a door of HQ.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from edge.domain.article import Store, Variant
from hq import stock
from hq.importers import formats
from hq.importers.articles import Articles
from hq.importers.cells import BadCell, past, required, sku_of, store_id, whole
from hq.importers.documents import document
from hq.importers.format import SALES
from hq.importers.record import Record, text
from hq.importers.record import whole as whole_row
from hq.orders.skus import Skus
from hq.report import REJECTED, WARNED, Problem, Report
from hq.service import Hq
from hq.store.aside import alone

CHUNK = 500
MOST_PIECES = 10_000
Sale = tuple[int, dict[str, Any]]


def import_sales(
    hq: Hq,
    path: Path,
    *,
    as_format: str = "",
    dry_run: bool = False,
    only: str = "",
    patience: float | None = None,
    coming: frozenset[str] = frozenset(),
) -> Report:
    """Imports `path`; `only` is the one store it may speak of. `coming` are SKUs and stores that HQ would know by then:
    those of other files of a dry run. Raises InputError for a file that holds no sales, and
    BusyError where an import holds it up for longer than `patience` seconds."""
    report = Report(format="")
    with alone(hq.dir, patience=patience):
        with hq.reading() as connection:
            reader = _Reader(connection, report, now=hq.clock(), only=only, coming=coming)
        rest = reader.sales(path, as_format)
        while chunk := list(islice(rest, CHUNK)):
            _take(hq, chunk, report, keep=not dry_run)
        with hq.engine.begin() as connection:
            stock.forget_sales(connection, now=hq.clock())
    report.warned = len({problem.row for problem in report.problems}) - report.rejected
    return report


def _take(hq: Hq, chunk: list[Sale], report: Report, *, keep: bool) -> None:
    with hq.engine.connect() as connection, connection.begin() as transaction:
        for _, sale in chunk:
            if stock.sell(connection, sale):
                report.accepted += 1
            else:
                report.merged += 1
        if not keep:
            transaction.rollback()


class _Reader:
    def __init__(self, connection: Connection, report: Report, *, now: int, only: str, coming: frozenset[str]) -> None:
        articles = Articles(connection)
        self._skus, self._known = Skus(connection), articles.ids(Variant) | coming
        self._stores = articles.ids(Store) | {"web"} | coming
        self._report, self._now, self._only = report, now, only

    def sales(self, path: Path, name: str) -> Iterator[Sale]:
        for member, found in formats.as_told(path, name) if name else formats.inside(path, self._only):
            if found.of != SALES:
                continue
            self._report.format = found.name
            for row, record in found.layout.rows(document(member)):
                self._report.rows += 1
                try:
                    yield row, self._sale(row, whole_row(record))
                except BadCell as bad:
                    self._report.rejected += 1
                    self._problem(row, bad)

    def _sale(self, row: int, record: Record) -> dict[str, Any]:
        cells = {name: text(record, name) for name in ("receipt", "line", "store", "at", "sku", "gtin", "quantity")}
        named = sku_of(cells) if cells["sku"] else required(cells, "gtin")
        sale = {
            "store": self._store(cells),
            "receipt": required(cells, "receipt"),
            "line": required(cells, "line", 32),
            "sku": self._skus.meant(named),
            "quantity": _pieces(required(cells, "quantity")),
            "at": self._at(required(cells, "at")),
        }
        if sale["sku"] not in self._known:
            self._warn(row, "sku", f"{sale['sku']!r} is not in the catalogue", "import its article, or correct it")
        if sale["store"] not in self._stores:
            self._warn(row, "store", f"{sale['store']} is no store HQ knows", "import the stores first")
        return sale

    def _store(self, cells: dict[str, str]) -> str:
        store = self._only if not cells["store"] and self._only else store_id(cells, "store")
        if self._only and store != self._only:
            raise BadCell("store", f"{store} is not this door's store", f"this door takes sales of {self._only} only")
        return store

    def _at(self, text_: str) -> int:
        at = past(text_, "at", self._now)
        if at < self._now - stock.KEPT:  # told again, it would be taken off again
            days = stock.KEPT // 86_400_000
            raise BadCell("at", f"{text_[:40]!r} is more than {days} days ago", "tell the counts of stock instead")
        return at

    def _warn(self, row: int, field: str, reason: str, hint: str) -> None:
        self._problem(row, BadCell(field, reason, hint), WARNED)

    def _problem(self, row: int, bad: BadCell, outcome: str = REJECTED) -> None:
        problem = Problem(row=row, field=bad.field, reason=bad.reason, hint=bad.hint, outcome=outcome)
        self._report.problems.append(problem)


def _pieces(text_: str) -> int:
    quantity = whole(text_, "quantity")
    if not 0 < abs(quantity) <= MOST_PIECES:
        raise BadCell("quantity", f"{text_[:40]!r} is no number of pieces", "write 1, or -1 for a piece that came back")
    return quantity
