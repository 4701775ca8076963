"""A sale at the till takes its pieces off the stock, once, however often it is told."""

import json
from pathlib import Path

import pytest

from edge.domain.article import Stock
from hq import stock
from hq.errors import BusyError, InputError
from hq.importers import import_file
from hq.sales import import_sales
from hq.service import Hq
from hq.store.aside import alone
from tests.hq.importers.files import write

HEAD = "receipt,line,store,at,sku,quantity\n"
SKUS = "sku,price,title_en,gtin\nA,5,Boot,4006381333931\nB,5,Sock,\n"


@pytest.fixture
def stocked(hq: Hq, tmp_path: Path) -> Hq:
    with hq.engine.connect() as connection:
        import_file(connection, write(tmp_path, "articles.csv", SKUS))
        import_file(connection, write(tmp_path, "stores.csv", "id,name,city\ntallinn,T,Tallinn\n"))
        count = "sku,store,quantity,as_of\nA,tallinn,5,2026-09-01\n"
        import_file(connection, write(tmp_path, "stock.csv", count), now=hq.clock())
    return hq


def left(hq: Hq, sku: str = "A") -> int:
    with hq.reading() as connection:
        held = stock.held(connection, sku, "tallinn")
    assert isinstance(held, Stock)
    return held.quantity


def test_a_sale_told_twice_counts_once_and_two_lines_of_a_receipt_are_two(stocked: Hq, tmp_path: Path) -> None:
    rows = "R1,1,tallinn,2026-09-02T10:00:00Z,A,1\nR1,2,tallinn,2026-09-02T10:00:00Z,A,2\n"
    first = import_sales(stocked, write(tmp_path, "s.csv", HEAD + rows))
    again = import_sales(stocked, write(tmp_path, "s.csv", HEAD + rows + "R2,1,tallinn,2026-09-02,A,-1\n"))
    assert (first.format, first.accepted, first.merged) == ("tote-sales-csv", 2, 0)
    assert (again.accepted, again.merged) == (1, 2)
    assert left(stocked) == 5 - 3 + 1


def test_a_sale_older_than_the_memory_of_sales_is_not_taken_off_again_and_again(stocked: Hq, tmp_path: Path) -> None:
    with stocked.engine.connect() as connection:
        import_file(connection, write(tmp_path, "old.csv", "sku,store,quantity,as_of\nB,tallinn,5,2026-06-01\n"))
    for _ in range(2):
        report = import_sales(stocked, write(tmp_path, "s.csv", HEAD + "R1,1,tallinn,2026-07-01,B,1\n"))
        assert [(problem.row, problem.field) for problem in report.problems] == [(2, "at")]
        assert left(stocked, "B") == 5


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ([{"receipt": "R1", "line": 1, "store": "tallinn", "at": "2026-09-02", "gtin": "4006381333931", "quantity": 1}],
         "tote-sales-json"),
        ({"receipt": "R1", "store": "tallinn", "at": "2026-09-02", "lines": [{"line": 1, "sku": "a", "quantity": 1}]},
         "tote-sales-json-receipt"),
    ],
)  # fmt: skip
def test_a_till_may_speak_json(stocked: Hq, tmp_path: Path, value: object, name: str) -> None:
    report = import_sales(stocked, write(tmp_path, "s.json", json.dumps(value)))
    assert (report.format, report.rows, report.accepted, report.problems) == (name, 1, 1, [])
    assert left(stocked) == 4


def test_what_is_wrong_is_named_by_row_and_the_rest_is_sold(stocked: Hq, tmp_path: Path) -> None:
    rows = [
        ",1,tallinn,2026-09-02,A,1", "R1,1,tallinn,yesterday,A,1", "R1,2,tallinn,2026-09-02,A,0",
        "R1,3,tallinn,2999-01-01,A,1", "R1,4,tallinn,2026-09-02,A,1", "R1,5,nowhere,2026-09-02,X,1",
    ]  # fmt: skip
    report = import_sales(stocked, write(tmp_path, "s.csv", HEAD + "\n".join(rows)))
    assert [(problem.row, problem.field) for problem in report.problems] == [
        (2, "receipt"), (3, "at"), (4, "quantity"), (5, "at"), (7, "sku"), (7, "store"),
    ]  # fmt: skip
    assert (report.accepted, report.warned, report.rejected) == (2, 1, 4)
    assert report.rows == report.accepted + report.merged + report.rejected
    assert left(stocked) == 4


def test_a_dry_run_sells_nothing(stocked: Hq, tmp_path: Path) -> None:
    path = write(tmp_path, "s.csv", HEAD + "R1,1,tallinn,2026-09-02,A,1\n")
    assert import_sales(stocked, path, dry_run=True).accepted == 1
    assert left(stocked) == 5
    assert import_sales(stocked, path).accepted == 1


def test_one_store_may_not_sell_anothers_stock(stocked: Hq, tmp_path: Path) -> None:
    rows = "R1,1,tartu,2026-09-02,A,1\nR1,2,,2026-09-02,A,1\n"
    report = import_sales(stocked, write(tmp_path, "s.csv", HEAD + rows), only="tallinn")
    assert (report.accepted, report.rejected, report.problems[0].field) == (1, 1, "store")


def test_it_waits_for_an_import_only_so_long(stocked: Hq, tmp_path: Path) -> None:
    path = write(tmp_path, "s.csv", HEAD + "R1,1,tallinn,2026-09-02,A,1\n")
    with alone(stocked.dir), pytest.raises(BusyError, match="An import is at work"):
        import_sales(stocked, path, patience=0.1)
    with pytest.raises(InputError):
        import_sales(stocked, write(tmp_path, "x.txt", "nothing"))
