"""Who asked to be told when an article is back: kept, shown, taken back and forgotten like everything of a person."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from edge.domain.consent import consent
from edge.domain.events import BackInStockAsked
from hq import decisions, people
from hq.dossier import dossier
from hq.insight.timeline import timeline
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest_all
from tests.hq.boxes import STORE, Box, boots, new_id

WORDS = "You write to me once, when this article is back."
ASKED = BackInStockAsked(
    visit=new_id(),
    station="wall",
    channel="mail",
    language="et",
    item=boots(),
    consent=consent("back-in-stock", True, words=WORDS, version="1", language="et"),
)


def take_in(hq: Hq, box: Box) -> None:
    ingest_all(ledger_of(hq), [(STORE, box.payload())])


def rows(hq: Hq) -> list[Any]:
    with hq.reading() as reading:
        return list(reading.execute(select(tables.wish)))


def test_the_wish_stands_in_the_persons_dossier_and_timeline(any_hq: Hq, box: Box) -> None:
    box.append(ASKED, mail="sarah@example.com")
    take_in(any_hq, box)
    (row,) = rows(any_hq)
    with any_hq.reading() as reading:
        known = dossier(reading, row.profile)
        moments = [moment.what for moment in timeline(reading, row.profile)]
        given = people.answers(reading, row.profile)
    (wish,) = known["wishes"]
    assert (wish["sku"], wish["store"], wish["open"]) == ("boot-42", STORE, True)
    assert known["language"] == "et"
    assert "Wants to be told when it is back" in moments
    assert [(one.purpose, one.words) for one in given] == [("back-in-stock", WORDS)]
    assert not people.allowed(given, "marketing")


def test_one_click_takes_it_back(any_hq: Hq, box: Box) -> None:
    box.append(ASKED, phone="+37251234567")
    take_in(any_hq, box)
    (row,) = rows(any_hq)
    decisions.unsubscribe(any_hq, row.profile, how="mail-link")
    with any_hq.reading() as reading:
        assert dossier(reading, row.profile)["wishes"][0]["open"] is False


def test_an_erasure_forgets_it_also_when_the_box_tells_again(any_hq: Hq, box: Box) -> None:
    box.append(ASKED, mail="sarah@example.com")
    take_in(any_hq, box)
    (row,) = rows(any_hq)
    (entry,) = decisions.erase(any_hq, row.profile)
    assert entry.body["events"] == [box.envelopes[0].id]
    assert rows(any_hq) == []
    with any_hq.engine.begin() as connection:  # as in a database that was restored from before the event came
        for table in ("event", "log"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    take_in(any_hq, box)
    assert rows(any_hq) == []


@pytest.mark.parametrize(
    "bad",
    [
        replace(ASKED.consent, granted=False),
        replace(ASKED.consent, purpose="marketing"),
        replace(ASKED.consent, words="Something else."),
    ],
)
def test_without_a_sound_consent_to_this_nothing_is_kept(any_hq: Hq, box: Box, bad: Any) -> None:
    box.append(replace(ASKED, consent=bad), mail="sarah@example.com")
    take_in(any_hq, box)
    assert rows(any_hq) == []
    with any_hq.reading() as reading:
        assert reading.scalar(select(tables.quarantine.c.reason))
