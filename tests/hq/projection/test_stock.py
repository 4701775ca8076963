"""Counts of stores and sales of tills make one number at HQ, in whatever order they come."""

import itertools

import msgspec
import pytest
from sqlalchemy import select

from edge.domain.article import Stock
from edge.domain.events import ArticleCount, StockCounted
from hq import stock
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, box_of


def counted(**counts: int) -> StockCounted:
    return StockCounted(
        source="rfid", counts=tuple(ArticleCount(sku=sku, quantity=quantity) for sku, quantity in counts.items())
    )


def at_hq(hq: Hq, sku: str, store: str = STORE) -> Stock | None:
    with hq.reading() as connection:
        return stock.held(connection, sku, store)


def test_what_readers_counted_is_the_stores_stock_with_its_source_and_time(any_hq: Hq) -> None:
    box = box_of(any_hq)
    box.append(counted(A=3, B=0))
    ingest(ledger_of(any_hq), STORE, box.payload())
    assert at_hq(any_hq, "A") == Stock(sku="A", store=STORE, quantity=3, as_of=NOW, source="rfid")
    assert at_hq(any_hq, "B") == Stock(sku="B", store=STORE, quantity=0, as_of=NOW, source="rfid")


def test_what_staff_counted_is_too(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    counts = (ArticleCount(sku="A", quantity=7),)
    box.append(StockCounted(source="staff", counts=counts, staff="m-1", station="till", reason="damage"))
    ingest(ledger, STORE, box.payload())
    assert at_hq(hq, "A") == Stock(sku="A", store=STORE, quantity=7, as_of=NOW, source="staff")


def test_a_newer_count_of_anybody_stays(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    with hq.engine.begin() as connection:
        stock.take(connection, Stock(sku="A", store=STORE, quantity=9, as_of=NOW + 1))
    box.append(counted(A=3))
    ingest(ledger, STORE, box.payload())
    assert at_hq(hq, "A") == Stock(sku="A", store=STORE, quantity=9, as_of=NOW + 1)


@pytest.mark.parametrize(
    ("off", "as_of"),
    [(2_000, NOW + 2_000), (-300_000, NOW - 300_000), (86_400_000, NOW), (-400 * 86_400_000, NOW)],
)
def test_a_clock_that_is_a_little_off_is_believed_and_one_that_is_wrong_corrected(
    hq: Hq, ledger: SqlLedger, box: Box, off: int, as_of: int
) -> None:
    box.clock = NOW + off
    box.append(counted(A=3))
    ingest(ledger, STORE, box.payload())
    held = at_hq(hq, "A")
    assert held is not None and held.as_of == as_of


@pytest.mark.parametrize("counts", [{"A": -1}, {"A": 10**7}, {"A" * 65: 1}])
def test_a_count_that_cannot_be_is_set_aside(hq: Hq, ledger: SqlLedger, box: Box, counts: dict[str, int]) -> None:
    box.append(counted(**counts))
    box.append(counted(B=1))
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        (reason,) = connection.scalars(select(tables.quarantine.c.reason))
    assert "a count that can't be" in reason
    assert at_hq(hq, "B") is not None


def sold(hq: Hq, receipt: str, quantity: int, at: int) -> None:
    row = {"store": STORE, "receipt": receipt, "line": "1", "sku": "A", "quantity": quantity, "at": at}
    with hq.engine.begin() as connection:
        stock.sell(connection, row)


STEPS = {
    "counted at noon": lambda hq: _count(hq, 10, 100),
    "sold before noon": lambda hq: sold(hq, "R1", 2, 90),
    "sold after noon": lambda hq: sold(hq, "R2", 3, 110),
    "came back": lambda hq: sold(hq, "R3", -1, 120),
    "told twice": lambda hq: sold(hq, "R2", 3, 110),
    "an older count": lambda hq: _count(hq, 50, 80),
}


def _count(hq: Hq, quantity: int, as_of: int) -> None:
    with hq.engine.begin() as connection:
        stock.take(connection, Stock(sku="A", store=STORE, quantity=quantity, as_of=as_of))


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS))[::37])
def test_counts_and_sales_make_the_same_number_in_whatever_order_they_come(hq: Hq, order: tuple[str, ...]) -> None:
    for step in order:
        STEPS[step](hq)
    held = at_hq(hq, "A")
    assert held is not None and (held.quantity, held.as_of) == (8, 100)


def test_a_newer_count_has_seen_what_was_sold_before_it(hq: Hq) -> None:
    _count(hq, 10, 100)
    sold(hq, "R1", 3, 110)
    _count(hq, 7, 120)
    held = at_hq(hq, "A")
    assert held is not None and held.quantity == 7


def test_more_may_be_sold_than_was_counted_and_a_piece_that_comes_back_does_not_make_it_two(hq: Hq) -> None:
    _count(hq, 1, 100)
    sold(hq, "R1", 3, 110)
    sold(hq, "R2", -1, 120)
    held = at_hq(hq, "A")
    assert held is not None and held.quantity == -1, "kept as it is; screens say sold out"


def test_the_event_is_read_by_what_the_box_wrote() -> None:
    body = msgspec.json.encode(counted(A=3)).decode()
    assert body == ('{"source":"rfid","counts":[{"sku":"A","quantity":3}],"staff":"","station":"","reason":""}')
    older = b'{"source":"rfid","counts":[{"sku":"A","quantity":3}]}'
    assert msgspec.json.decode(older, type=StockCounted) == counted(A=3)
