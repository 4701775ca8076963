"""A file of orders, read and applied in chunks: each journalled before it is applied."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, tuple_

from hq import decisions, stores
from hq.errors import InputError
from hq.importers import ORDERS, table
from hq.importers.cells import BadCell
from hq.orders.row import order_line
from hq.orders.skus import AskedSkus, Meant, Skus
from hq.points import spending
from hq.points.rates import rates_of
from hq.report import WARNED, Problem, Report
from hq.service import Hq
from hq.store import tables

log = logging.getLogger(__name__)

NEEDED = ("order_id", "at", "store", "sku", "quantity", "price", "currency")
CHUNK = 500

Key = tuple[str, str, str]


@dataclass(kw_only=True)
class _Line:
    row: int
    values: dict[str, Any]
    of: str = ""
    """The order that this one takes something back of: whose that was, this is."""
    collect: str = ""
    """The store where the buyer collects it, or, of one that takes back, would have."""

    @property
    def key(self) -> Key:
        return self.values["store"], self.values["order_id"], self.values["sku"]


def import_orders(hq: Hq, path: Path, *, dry_run: bool = False) -> Report:
    """Imports `path`. A bad row is reported and passed over. Raises InputError for a file that holds no orders."""
    with hq.reading() as connection:
        skus = Skus(connection)
    return _take_in(hq, _rows(path), skus, dry_run=dry_run)


def take_in(hq: Hq, rows: Sequence[dict[str, str]]) -> Report:
    """The rows of one order that was told as such. A bad one is reported, and none of them is taken then: an order is
    whole, and whoever tells it is to tell it again."""
    catalogue = hq.catalogue()
    skus = AskedSkus(catalogue) if catalogue else None
    return _take_in(hq, enumerate(rows, start=1), skus, whole=True)


def _take_in(
    hq: Hq, rows: Iterable[table.Row], skus: Meant | None, *, dry_run: bool = False, whole: bool = False
) -> Report:
    """`whole`: where a row is bad, none is taken."""
    report = Report(format=ORDERS)
    lines = list(_summed(_good(hq, rows, skus, report), report).values())
    dry_run = dry_run or (whole and report.rejected > 0)
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        with hq.reading() as connection:
            _name_buyers(connection, chunk)
            fresh = _fresh(connection, chunk, report)
            _warn(connection, fresh, report)
            known = _known_stores(connection, fresh, report)
            told = [line.values for line in fresh]
        if fresh and not dry_run:
            taken_back = [(line.of, line.values) for line in fresh if line.of]
            decisions.orders_imported(hq, told, _collected(fresh, known), taken_back)
            _tell_of_points(hq, fresh, report)
    report.warned = len({problem.row for problem in report.problems}) - report.rejected
    return report


def _rows(path: Path) -> Iterator[table.Row]:
    names = table.header(path)
    if missing := [name for name in NEEDED if name not in names]:
        raise InputError(f"{path} holds no orders: the column {missing[0]!r} is missing in its first line.")
    if twice := table.repeated(names):
        raise InputError(f"{path} has two columns called {twice[0]!r}: nobody can say which counts. Leave one of them.")
    return table.rows(path)


def _good(hq: Hq, rows: Iterable[table.Row], skus: Meant | None, report: Report) -> Iterator[_Line]:
    for number, cells in rows:
        report.rows += 1
        try:
            whole = table.whole(cells)
            values = order_line(whole, hq.keys, skus, hq.clock())
            yield _Line(row=number, values=values, of=whole.get("of", ""), collect=whole.get("collect", ""))
        except BadCell as bad:
            report.rejected += 1
            report.problems.append(Problem(row=number, field=bad.field, reason=bad.reason, hint=bad.hint))


def _summed(lines: Iterator[_Line], report: Report) -> dict[Key, _Line]:
    """One line per store, order and SKU: a till that scans the same article twice writes two rows."""
    found: dict[Key, _Line] = {}
    for line in lines:
        first = found.setdefault(line.key, line)
        if first is not line:
            first.values["quantity"] += line.values["quantity"]
            report.merged += 1
    return found


def _name_buyers(connection: Connection, lines: list[_Line]) -> None:
    order = tables.order_line.c
    for line in lines:
        if line.of:
            named = (order.buyer, order.card, order.phone, order.customer, order.basket)
            before = select(*named).where(order.store == line.values["store"])
            row = connection.execute(before.where(order.order_id == line.of).limit(1)).first()
            line.values |= {name: line.values[name] or value for name, value in (row._mapping.items() if row else ())}


def _fresh(connection: Connection, chunk: list[_Line], report: Report) -> list[_Line]:
    """What is not there yet, counted; what is there is reported where it differs."""
    key = tables.order_line.c
    named = tuple_(key.store, key.order_id, key.sku)
    query = select(key.store, key.order_id, key.sku, key.quantity).where(named.in_([line.key for line in chunk]))
    known: dict[Key, int] = {(r.store, r.order_id, r.sku): r.quantity for r in connection.execute(query)}
    fresh = list(_no_more_than_sold(connection, [line for line in chunk if line.key not in known]))
    report.accepted += len(fresh)
    report.merged += len(chunk) - len(fresh)
    for line in chunk:
        if line.key in known and known[line.key] != line.values["quantity"]:
            hint = "report a return as an order of its own with a negative quantity"
            reason = f"this order is known with {known[line.key]}, which stays"
            report.problems.append(Problem(row=line.row, field="quantity", reason=reason, hint=hint, outcome=WARNED))
    return fresh


def _no_more_than_sold(connection: Connection, lines: list[_Line]) -> Iterator[_Line]:
    """A shop may tell one thing twice under two names, as the refund and as the cancellation of an order: of what was
    sold no more is taken back than there was. Where the order itself is not known, what is told counts."""
    order = tables.order_line.c
    sold = {line.key: line.values["quantity"] for line in lines if not line.of}
    for line in lines:
        store, told, sku = line.key
        if line.of and line.values["quantity"] < 0 and told.startswith(f"{line.of}-"):
            there = select(order.order_id, order.quantity).where(order.store == store, order.sku == sku)
            named = (order.order_id == line.of) | order.order_id.startswith(f"{line.of}-", autoescape=True)
            before = {row.order_id: row.quantity for row in connection.execute(there.where(named))}
            bought = before.pop(line.of, 0) or sold.get((store, line.of, sku), 0)
            left = max(0, bought + sum(quantity for quantity in before.values() if quantity < 0))
            if bought > 0:
                line.values["quantity"] = -min(-line.values["quantity"], left)
        if line.values["quantity"]:
            yield line


def _warn(connection: Connection, lines: list[_Line], report: Report) -> None:
    for field, kind in (("sku", "variant"), ("store", "store")):
        article = tables.article.c
        names = {line.values[field] for line in lines}
        known = set(connection.scalars(select(article.id).where(article.kind == kind, article.id.in_(names))))
        for line in lines:
            if line.values[field] not in known | {"web"}:
                reason = f"{line.values[field]!r} is not in the catalogue"
                hint = "the order is kept as it is"
                report.problems.append(Problem(row=line.row, field=field, reason=reason, hint=hint, outcome=WARNED))


def _known_stores(connection: Connection, lines: list[_Line], report: Report) -> set[str]:
    """Those where something is to be collected. Another one is reported."""
    known = stores.known_among(connection, {line.collect for line in lines if line.collect})
    hint = "the order is kept, and nobody is told to gather it: correct the id"
    for line in lines:
        if line.collect and line.collect not in known:
            reason = f"{line.collect[:40]!r} is no store HQ knows"
            report.problems.append(Problem(row=line.row, field="collect", reason=reason, hint=hint, outcome=WARNED))
    return known


def _tell_of_points(hq: Hq, lines: list[_Line], report: Report) -> None:
    paid = {line.key[:2]: line for line in lines if line.values["points"] > 0}
    hint = "the order is kept, and they have none left; what the till took was the till's to refuse"
    with hq.reading() as connection:
        for order, reason in spending.problems(connection, rates_of(hq.config), paid).items() if paid else ():
            row = paid[order].row
            report.problems.append(Problem(row=row, field="points", reason=reason, hint=hint, outcome=WARNED))


def _collected(lines: list[_Line], known: set[str]) -> list[dict[str, str]]:
    """The orders among `lines` that a store is to gather, or, where they take another back, not any more."""
    orders = {line.key[:2]: line for line in lines if line.collect in known}
    return [
        {"store": store, "order_id": order_id, "collect": line.collect, "of": line.of}
        for (store, order_id), line in orders.items()
    ]
