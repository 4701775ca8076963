"""Orders from a file: every row is counted, a bad one is explained, a second import changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select

from hq.errors import InputError
from hq.importers import import_file
from hq.orders import import_orders
from hq.orders.skus import Skus
from hq.report import Problem
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash

HEADER = "order_id,at,store,sku,quantity,price,currency,mail,card,basket\n"
GOOD = "R-1,2026-11-22T10:00:00+02:00,aurora-tallinn,boot-42,1,129.95,EUR,,,\n"


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
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
        ("R-1", "", "order_id", "order_id is missing"),
        ("boot-42", "", "sku", "sku is missing"),
        ("aurora-tallinn", "", "store", "store is missing"),
        ("2026-11-22T10:00:00+02:00", "yesterday", "at", "no time"),
        ("2026-11-22T10:00:00+02:00", "9999-01-01T00:00:00Z", "at", "in the future"),
        (",1,", ",0,", "quantity", "no number of pieces"),
        (",1,", ",one,", "quantity", "no whole number"),
        (",1,", ",10001,", "quantity", "no number of pieces"),
        ("129.95", "", "price", "price is missing"),
        ("129.95", "129.9555", "price", "more decimals than EUR"),
        ("129.95", "-1", "price", "negative"),
        ("129.95", "NaN", "price", "no amount"),
        ("129.95", "1E+2000000", "price", "no amount"),
        ("129.95", "99999999999999", "price", "too large"),
        ("EUR", "euro", "currency", "no currency"),
        ("EUR,,,", "EUR,sarah,,", "mail", "no mail address"),
        ("R-1", "R" * 99, "order_id", "99 characters"),
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
    with pytest.raises(InputError, match=r"holds no orders: the column|is empty"):
        import_orders(hq, file(tmp_path, text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_orders_are_read_as_leniently_as_any_other_table(hq: Hq, tmp_path: Path, encoding: str, separator: str) -> None:
    row = GOOD.replace("R-1", "Käse-1").replace("EUR", "eur").replace(",1,", ",1.0,")
    text = (HEADER + row).replace(",", separator).replace("129.95", "129,95")
    assert import_orders(hq, file(tmp_path, text.encode(encoding))).problems == unknown(2)
    with hq.reading() as connection:
        line = connection.execute(select(tables.order_line)).one()
    assert (line.order_id, line.price, line.currency, line.quantity) == ("Käse-1", 12995, "EUR", 1)


def unknown(row: int) -> list[Problem]:
    """What is said of the article and the store of a row, neither of which this HQ has."""
    names = {"sku": "boot-42", "store": "aurora-tallinn"}
    return [
        Problem(
            row=row,
            field=field,
            reason=f"{name!r} is not in the catalogue",
            hint="the order is kept as it is",
            outcome="warned",
        )
        for field, name in names.items()
    ]


def test_two_stores_may_give_their_orders_the_same_number(hq: Hq, tmp_path: Path) -> None:
    mine, theirs = GOOD.replace("EUR,,", "EUR,a@example.org,"), GOOD.replace("tallinn", "tartu")
    report = import_orders(hq, file(tmp_path, HEADER + mine + theirs.replace(",1,", ",2,")))
    assert (report.accepted, report.merged) == (2, 0)
    assert import_orders(hq, file(tmp_path, HEADER + theirs.replace(",1,", ",2,"))).merged == 1
    with hq.reading() as connection:
        rows = connection.execute(select(tables.order_line).order_by(tables.order_line.c.store)).all()
    assert [(row.store, row.quantity, row.buyer is None) for row in rows] == [
        ("aurora-tallinn", 1, False),
        ("aurora-tartu", 2, True),
    ]


@pytest.mark.parametrize("text", ["Boot-42", "BOOT-42", "boot-42", "4006381333931", "04006381333931"])
def test_the_article_is_known_by_its_gtin_and_in_any_letters(hq: Hq, tmp_path: Path, text: str) -> None:
    articles = "sku,price,gtin,title_en\nBoot-42,5,4006381333931,Boot\nA-1,5,,Ax\na-1,5,,Adze\n"
    path = tmp_path / "articles.csv"
    path.write_text(articles)
    with hq.engine.connect() as connection:
        import_file(connection, path)
    report = import_orders(hq, file(tmp_path, HEADER + GOOD.replace("boot-42", text)))
    assert [problem.field for problem in report.problems] == ["store"]
    with hq.reading() as connection:
        assert connection.scalar(select(tables.order_line.c.sku)) == "Boot-42"
        assert [Skus(connection).meant(sku) for sku in ("A-1", "a-1", "X-9")] == ["A-1", "a-1", "X-9"]


def test_a_sku_that_may_mean_two_articles_is_kept_as_it_is(hq: Hq, tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text("sku,price,title_en\nAx-1,5,Ax\naX-1,5,Adze\n")
    with hq.engine.connect() as connection:
        import_file(connection, path)
        assert Skus(connection).meant("AX-1") == "AX-1"


def test_a_quote_that_is_never_closed_is_a_problem_of_its_row(hq: Hq, tmp_path: Path) -> None:
    torn = GOOD.replace("R-1", "R-2").replace("boot", '"boot')
    report = import_orders(hq, file(tmp_path, HEADER + GOOD + torn + GOOD.replace("R-1", "R-3")))
    assert (report.rows, report.accepted, report.rejected) == (2, 1, 1)
    problem = next(problem for problem in report.problems if problem.row == 3)
    assert problem.field == "sku" and "never closed" in problem.reason


def test_a_dry_run_reports_and_keeps_nothing(hq: Hq, tmp_path: Path) -> None:
    report = import_orders(hq, file(tmp_path, HEADER + GOOD), dry_run=True)
    assert report.accepted == 1
    with hq.reading() as connection:
        assert connection.execute(select(tables.order_line)).all() == []
