"""Files that arrive while stores go on counting."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from edge.domain.events import ArticleCount, StockCounted
from hq import stock
from hq.arrivals import Terms, take
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box
from tests.hq.importers.files import write


@pytest.mark.parametrize(("as_of", "left"), [("2026-09-01", 9), ("", 3)])
def test_what_a_store_counts_while_an_import_is_at_work_stays_where_it_is_the_younger(
    hq: Hq, ledger: SqlLedger, box: Box, tmp_path: Path, as_of: str, left: int
) -> None:
    box.clock = NOW - 1_000
    box.append(StockCounted(source="rfid", counts=(ArticleCount(sku="boot-42", quantity=9),)))
    path = write(tmp_path, "stock.csv", f"sku,store,quantity,as_of\nboot-42,{STORE},3,{as_of}\nscarf,{STORE},4,\n")

    def counting(_: Path) -> Callable[[int, float], None]:
        def counted(rows: int, share: float) -> None:
            ingest(ledger, STORE, box.payload())

        return counted

    list(take(hq, [path], Terms(publish=False), counting))
    with hq.reading() as connection:
        found = {sku: stock.held(connection, sku, STORE) for sku in ("boot-42", "scarf")}
        pending = set(connection.scalars(select(tables.stock_pending.c.id)))
    assert {sku: held.quantity for sku, held in found.items() if held} == {"boot-42": left, "scarf": 4}
    assert pending == {f"boot-42@{STORE}", f"scarf@{STORE}"}
