"""Orders from a file: every row is counted, a bad one is explained, a second import changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select

from hq.errors import InputError
from hq.orders import import_orders
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash

HEADER = "order_id,at,store,sku,quantity,price,currency,mail,card,basket\n"
GOOD = "R-1,2026-11-22T10:00:00+02:00,aurora-tallinn,boot-42,1,129.95,EUR,,,\n"


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_becomes_a_line_in_minor_units_and_utc(hq: Hq, tmp_path: Path) -> None:
    report = import_orders(hq, file(tmp_path, HEADER + GOOD))
    assert (report.rows, report.accepted, report.merged, report.rejected) == (1, 1, 0, 0)
    with hq.reading() as connection:
        row = connection.execute(select(tables.order_line)).one()
    assert (row.price, row.currency, row.quantity, row.at) == (12995, "EUR", 1, 1_795_334_400_000)
    assert (row.profile, row.buyer, row.card, row.basket) == (None, None, None, None)


def test_importing_it_again_changes_nothing(hq: Hq, tmp_path: Path) -> None:
    path = file(tmp_path, HEADER + GOOD + GOOD.replace("R-1", "R-2"))
    import_orders(hq, path)
    with hq.reading() as connection:
        before = state_hash(connection)
    report = import_orders(hq, path)
    assert (report.accepted, report.merged) == (0, 2)
    with hq.reading() as connection:
        assert state_hash(connection) == before


def test_an_article_scanned_twice_at_the_till_is_one_line_of_two(hq: Hq, tmp_path: Path) -> None:
    report = import_orders(hq, file(tmp_path, HEADER + GOOD + GOOD))
    assert (report.rows, report.accepted, report.merged) == (2, 1, 1)
    with hq.reading() as connection:
        assert connection.scalar(select(tables.order_line.c.quantity)) == 2


def test_a_known_order_that_now_says_something_else_is_reported_and_stays(hq: Hq, tmp_path: Path) -> None:
    import_orders(hq, file(tmp_path, HEADER + GOOD))
    report = import_orders(hq, file(tmp_path, HEADER + GOOD.replace(",1,129", ",3,129")))
    assert (report.merged, report.warned) == (1, 1)
    assert report.problems[0].reason == "this order is known with 1, which stays"


def test_mail_and_card_are_kept_as_keyed_hashes_alone(hq: Hq, tmp_path: Path) -> None:
    import_orders(hq, file(tmp_path, HEADER + GOOD.replace("EUR,,,", "EUR,Sarah@Example.com,CARD-777,")))
    with hq.reading() as connection:
        row = connection.execute(select(tables.order_line)).one()
    assert row.buyer == hq.keys.digest_of("mail", "sarah@example.com")
    assert row.card == hq.keys.digest_of("card", "CARD-777")
    journal = (hq.dir / "journal.jsonl").read_text().lower()
    assert "sarah" not in journal and "card-777" not in journal


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("R-1", "", "order_id", "is empty"),
        ("boot-42", "", "sku", "is empty"),
        ("aurora-tallinn", "", "store", "is empty"),
        ("2026-11-22T10:00:00+02:00", "yesterday", "at", "no time"),
        (",1,", ",0,", "quantity", "no number of pieces"),
        (",1,", ",one,", "quantity", "no number of pieces"),
        ("129.95", "", "price", "no price in EUR"),
        ("129.95", "129.955", "price", "no price in EUR"),
        ("129.95", "-1", "price", "no price in EUR"),
        ("129.95", "NaN", "price", "no price in EUR"),
        ("129.95", "1e30", "price", "out of range"),
        ("EUR", "euro", "currency", "no currency"),
        ("EUR,,,", "EUR,sarah,,", "mail", "no mail address"),
        ("R-1", "R" * 99, "order_id", "longer than 64"),
    ],
)
def test_a_bad_row_is_explained_and_the_next_one_imported(
    hq: Hq, tmp_path: Path, old: str, new: str, field: str, words: str
) -> None:
    assert old in GOOD
    report = import_orders(hq, file(tmp_path, HEADER + GOOD.replace(old, new, 1) + GOOD.replace("R-1", "R-2")))
    assert (report.rows, report.accepted, report.rejected) == (2, 1, 1)
    problem = next(problem for problem in report.problems if problem.row == 2)
    assert problem.field == field and words in problem.reason and problem.hint


def test_semicolons_a_byte_order_mark_and_missing_buyer_columns_are_understood(hq: Hq, tmp_path: Path) -> None:
    rows = "order_id;at;store;sku;quantity;price;currency\nR-1;2026-11-22;aurora-tallinn;boot-42;1;500;JPY\n"
    report = import_orders(hq, file(tmp_path, "\ufeff" + rows))
    assert report.accepted == 1
    with hq.reading() as connection:
        assert connection.scalar(select(tables.order_line.c.price)) == 500


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "order_id,at,store,sku,quantity,price\n"])
def test_a_file_without_the_columns_is_no_orders_file(hq: Hq, tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="holds no orders: the column"):
        import_orders(hq, file(tmp_path, text))


def test_a_file_that_is_not_utf_8_is_refused_whole(hq: Hq, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes((HEADER + GOOD).encode() + b"R-2,2026-11-22,K\xf6ln,boot-42,1,1.00,EUR,,,\n")
    with pytest.raises(InputError, match="no CSV file in UTF-8"):
        import_orders(hq, path)
    with hq.reading() as connection:
        assert connection.execute(select(tables.order_line)).all() == []


def test_a_dry_run_reports_and_keeps_nothing(hq: Hq, tmp_path: Path) -> None:
    report = import_orders(hq, file(tmp_path, HEADER + GOOD), dry_run=True)
    assert report.accepted == 1
    with hq.reading() as connection:
        assert connection.execute(select(tables.order_line)).all() == []
