"""What happened with a person bears the times of HQ's clock, whatever the box's said."""

import pytest
from sqlalchemy import select

from edge.domain.events import ProductViewed
from hq.insight.timeline import timeline
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, boots

SECOND = 1_000
VISIT = "c" * 32


def shown(hq: Hq) -> list[tuple[str, int]]:
    """What is told of the one person, oldest first, and how many seconds before now."""
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        in_store = [moment for moment in timeline(connection, profile) if moment.where.startswith(STORE)]
    return [(moment.what, (NOW - moment.at) // SECOND) for moment in in_store][::-1]


def visit(box: Box) -> None:
    """Two articles looked at, ten seconds apart, and the basket sent after ten more."""
    for sku in ("a", "b"):
        box.append(ProductViewed(visit=VISIT, station="wall", item=boots(sku)))
        box.clock += 10 * SECOND
    sent = basket_sent()
    box.append(type(sent)(**{**vars(sent), "visit": VISIT}), mail="sarah@example.com")


@pytest.mark.parametrize("off", [0, -NOW, -DAY, DAY, 400 * DAY])
def test_a_visit_is_shown_when_it_was(hq: Hq, ledger: SqlLedger, box: Box, off: int) -> None:
    box.clock = NOW + off - 20 * SECOND
    visit(box)
    ingest(ledger, STORE, box.payload())
    assert shown(hq) == [("Looked at", 20), ("Looked at", 10), ("Sent the basket", 0)]


@pytest.mark.parametrize("jump", [NOW, -DAY, DAY])
def test_a_clock_that_is_set_in_the_middle_of_a_visit_tears_it_not_apart(
    hq: Hq, ledger: SqlLedger, box: Box, jump: int
) -> None:
    box.clock = NOW - jump - 20 * SECOND
    box.append(ProductViewed(visit=VISIT, station="wall", item=boots("first")))
    box.clock = NOW - 20 * SECOND
    visit(box)
    ingest(ledger, STORE, box.payload())
    assert shown(hq) == [("Looked at", 20), ("Looked at", 20), ("Looked at", 10), ("Sent the basket", 0)]
