"""Counts of stock in every form: absolute, the newest counts, a full list says what is gone, and never by mistake."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from edge.domain.article import Stock
from hq import stock
from hq.importers import import_file, recognise
from hq.store import tables
from tests.hq.importers import files
from tests.hq.importers.test_importing import NOW, Take, connection, held, remarks, take  # noqa: F401

SKUS = "sku,price,title_en,gtin\nA,5,Boot,4006381333931;5012345678900\nB,5,Sock,\nC,5,Tent,\n"
STORES = "id,name,city\ntallinn,T,Tallinn\ntartu,U,Tartu\n"


@pytest.fixture(autouse=True)
def stocked(connection: Connection, take: Take) -> None:  # noqa: F811
    take(SKUS)
    take(STORES)
    take("sku,store,quantity,as_of\nA,tallinn,3,2026-09-01\nB,tallinn,4,2026-09-01\nA,tartu,7,2026-09-01\n")


def counts(connection: Connection) -> dict[str, int]:  # noqa: F811
    found = {count.sku + "@" + store: count.quantity for store in ("tallinn", "tartu", "web")
             for count in stock.counts_of(connection, store)}  # fmt: skip
    connection.rollback()
    return found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"sku": "A", "store": "tallinn", "quantity": 1, "as_of": "2026-09-02"}]', "tote-stock-json"),
        ('{"sku": "A", "store": "tallinn", "quantity": 1}\n{"sku": "B", "store": "tallinn", "quantity": 4}\n',
         "tote-stock-json"),
        ('{"store": "tallinn", "as_of": "2026-09-02T08:00:00Z", "counts": [{"gtin": "4006381333931", "quantity": 1}]}',
         "tote-stock-json-store"),
        ('[{"store": "tallinn", "stock": [{"sku": "A", "quantity": 1}]}]', "tote-stock-json-store"),
        ("gtin;store;quantity\n4006381333931;tallinn;1\n", "tote-stock-csv"),
        ("gtin;store;quantity\n5012345678900;tallinn;1\n", "tote-stock-csv"),
        ("sku,store,quantity,as_of\n04006381333931,tallinn,1,2026-09-02\n", "tote-stock-csv"),
        ("sku,quantityOnStock,supplyChannel\nA,1,tallinn\n", "commercetools-inventory-csv"),
    ],
)  # fmt: skip
def test_every_form_says_the_same(
    connection: Connection,  # noqa: F811
    tmp_path: Path,
    text: str,
    told: str,
) -> None:
    path = files.write(tmp_path, "stock", text)
    assert recognise(path) == told
    report = import_file(connection, path, now=NOW)
    assert (report.format, report.rejected, report.warned) == (told, 0, 0)
    assert counts(connection) == {"A@tallinn": 1, "B@tallinn": 4, "A@tartu": 7}


def test_what_a_count_becomes_is_told_with_times_that_people_read(take: Take) -> None:  # noqa: F811
    (example,) = take("sku,store,quantity,as_of\nA,tallinn,1,2026-09-02\n").examples
    moments = ("2026-09-01 00:00:00 UTC", "2026-09-02 00:00:00 UTC")
    assert example.fields == {"quantity": ("3", "1"), "as_of": moments}


def test_a_partial_list_leaves_alone_what_it_does_not_name(connection: Connection, take: Take) -> None:  # noqa: F811
    take("sku,store,quantity\nB,tallinn,1\n")
    assert counts(connection) == {"A@tallinn": 3, "B@tallinn": 1, "A@tartu": 7}


FULL = {
    "csv": "sku,store,quantity,as_of,full\nB,tallinn,1,2026-09-03,yes\n",
    "json": '{"store": "tallinn", "as_of": "2026-09-03", "full": true, "counts": [{"sku": "B", "quantity": 1}]}',
}


@pytest.mark.parametrize("text", FULL.values(), ids=FULL.keys())
def test_what_a_full_list_does_not_name_is_gone_in_that_store_alone(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
    text: str,
) -> None:
    take(text)
    assert counts(connection) == {"A@tallinn": 0, "B@tallinn": 1, "A@tartu": 7}
    assert held(connection, Stock, "A@tallinn").as_of == held(connection, Stock, "B@tallinn").as_of


def test_the_option_takes_any_list_of_counts_for_a_full_one(connection: Connection, take: Take) -> None:  # noqa: F811
    take("sku,store,quantity\nB,tallinn,1\n", replace=True)
    assert counts(connection) == {"A@tallinn": 0, "B@tallinn": 1, "A@tartu": 7}


def test_what_was_counted_after_a_full_list_was_made_stays(connection: Connection, take: Take) -> None:  # noqa: F811
    take("sku,store,quantity,as_of\nA,tallinn,9,2026-09-05\n")
    take(FULL["csv"])
    assert counts(connection)["A@tallinn"] == 9


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("A,tallinn,many,2026-09-03,yes\n", {"A@tallinn": 3}),  # named, so it is not gone
        (",tallinn,1,2026-09-03,yes\n", {"A@tallinn": 3}),
        ("A,Tal Linn,1,2026-09-03,yes\n", {"A@tallinn": 3}),
        ('A,"tallinn,1\n', {"A@tallinn": 3}),
        ("A,tallinn,3,the third,yes\n", {"A@tallinn": 3}),
        ("A,tallinn,3,2999-01-01,yes\n", {"A@tallinn": 3}),
        ("A,tallinn,3,2026-09-03,perhaps\n", {"A@tallinn": 3}),
    ],
)
def test_a_row_that_cannot_be_understood_sells_nothing_out(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
    row: str,
    left: dict[str, int],
) -> None:
    report = take(FULL["csv"] + row)
    assert report.rejected == 1
    assert counts(connection) | left == counts(connection)
    assert counts(connection)["B@tallinn"] == 1


def test_rows_that_are_wrong_are_named_with_their_number(take: Take) -> None:  # noqa: F811
    report = take(
        '[{"sku": "A", "store": "tallinn", "quantity": -1}, {"sku": "A", "store": "tallinn"}, 7,'
        ' {"sku": "X", "store": "nowhere", "quantity": 1}, {"sku": "A", "store": "tallinn", "quantity": 99999999999}]'
    )
    assert (report.rows, report.accepted, report.rejected) == (5, 1, 4)
    assert remarks(report) == [(1, "quantity"), (2, "quantity"), (3, "row"), (4, "sku"), (4, "store"), (5, "quantity")]


@pytest.mark.parametrize("as_of", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
def test_a_count_of_the_future_does_not_stand_above_all_that_follow(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
    as_of: str,
) -> None:
    report = take(f"sku,store,quantity,as_of\nA,tallinn,999,{as_of}\n")
    assert (report.rejected, remarks(report)) == (1, [(2, "as_of")])
    take("sku,store,quantity\nA,tallinn,2\n")
    assert counts(connection)["A@tallinn"] == 2


def test_a_count_made_before_a_sale_and_told_after_it_loses_the_piece(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
) -> None:
    with connection.begin():
        sale = {"store": "tallinn", "receipt": "R", "line": "1", "sku": "A", "quantity": 2, "at": 1_788_400_000_000}
        assert stock.sell(connection, sale)  # 2026-09-03T01:46:40Z
    take("sku,store,quantity,as_of\nA,tallinn,9,2026-09-03T01:00:00Z\n")
    assert counts(connection)["A@tallinn"] == 7
    take("sku,store,quantity,as_of\nA,tallinn,9,2026-09-03T01:00:00Z\n")
    assert counts(connection)["A@tallinn"] == 7, "importing it again changes nothing"
    take("sku,store,quantity,as_of\nA,tallinn,6,2026-09-03T02:00:00Z\n")
    assert counts(connection)["A@tallinn"] == 6


def test_what_is_put_aside_is_not_offered_by_a_new_list(connection: Connection, take: Take) -> None:  # noqa: F811
    asked = {"id": "0" * 32, "source": "tartu", "store": "tallinn", "sku": "A", "quantity": 2, "until": NOW}
    row = asked | {"state": "aside", "open": True, "log_id": "", "n": 0, "told": 0}
    connection.execute(tables.reservation.insert().values(row))
    connection.commit()
    take("sku,store,quantity,as_of\nA,tallinn,9,2026-09-02\nA,tartu,8,2026-09-02\n")
    assert counts(connection) == {"A@tallinn": 7, "B@tallinn": 4, "A@tartu": 8}
