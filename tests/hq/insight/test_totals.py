"""Rows of any value, such as an older HQ took, hide nobody's page."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hq.insight import baskets, person, timeline
from hq.insight.shown import LATEST, shown
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, line, yes


@pytest.mark.parametrize("at", [-(2**63), -(2**62), -1, 0, 2**53, 2**63 - 1])
def test_any_time_is_shown_as_a_day_everywhere(at: int) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        assert datetime.fromtimestamp(shown(at) / 1000, UTC).astimezone(ZoneInfo(zone)).year >= 1969


def test_sums_and_times_past_every_bound_are_told(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(basket_sent(line("a", 2), line("b"), consents=(yes(),)), mail="sarah@example.com")
    ingest(ledger, STORE, box.payload())
    with hq.engine.begin() as connection:
        connection.execute(tables.basket_line.update().values(price=2**62))
        connection.execute(tables.basket.update().values(sent=-(2**62)))
        connection.execute(tables.event.update().values(at=-(2**62)))
        connection.execute(tables.profile.update().values(created=2**62))
        connection.execute(tables.consent.update().values(at=2**62))
        profile = connection.scalar(select(tables.profile.c.id)) or ""
    with hq.reading() as connection:
        (basket,) = baskets.latest(connection)
        moments = timeline.timeline(connection, profile)
        (one,) = person.everybody(connection)
    assert (basket.articles, basket.total.amount, basket.sent) == (3, 3 * 2**62, 0)
    assert [moment.at for moment in moments if moment.what == "Sent the basket"] == [0]
    assert (one.created, one.last_sent) == (LATEST, 0)


def test_a_number_that_only_one_reader_of_json_takes_hides_no_history(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    sent = box.append(basket_sent(), mail="sarah@example.com")
    box.envelopes.clear()
    box.append(f'{sent.body[:-1]},"later":{"9" * 5_000}}}', kind=sent.kind, mail="sarah@example.com")
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        assert "Sent the basket" in [moment.what for moment in timeline.timeline(connection, profile)]
