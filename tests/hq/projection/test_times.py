"""A consent must not outlive a withdrawal, whatever the clocks of boxes say, then or when they tell it again."""

import pytest
from sqlalchemy import delete, select

from hq import decisions, people
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, box_of, yes
from tests.hq.conftest import Clock

MAIL = "sarah@example.com"


@pytest.fixture
def profile(hq: Hq, ledger: SqlLedger) -> str:
    """Somebody who is known to HQ and has taken back a consent."""
    box = box_of(hq)
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        found = connection.scalar(select(tables.profile.c.id)) or ""
    decisions.withdraw(hq, found, how="mail-link")
    return found


def allowed(hq: Hq, profile: str) -> bool:
    with hq.reading() as connection:
        return people.allowed(people.answers(connection, profile), "marketing")


def test_a_yes_whose_time_nobody_knows_does_not_undo_a_no(hq: Hq, profile: str, clock: Clock) -> None:
    """The box's clock ran ahead, and was put right before it sent: it may have been before or after."""
    box = box_of(hq)
    box.clock = NOW + 400 * DAY
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    clock.now += DAY
    box.clock = clock.now
    ingest(ledger_of(hq), STORE, box.payload())
    assert not allowed(hq, profile)


def test_a_yes_that_certainly_came_later_does_where_both_were_given_at_a_screen(
    hq: Hq, ledger: SqlLedger, clock: Clock
) -> None:
    first, box = box_of(hq), box_of(hq)
    first.append(basket_sent(consents=(yes(granted=False),)), mail=MAIL)
    ingest(ledger, STORE, first.payload())
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
    assert not allowed(hq, profile)
    clock.now += DAY
    box.clock = clock.now - 1000 + 400 * DAY
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.clock += 1000
    ingest(ledger, STORE, box.payload())
    assert allowed(hq, profile)


def test_what_hq_knew_of_when_a_person_decided_came_before(hq: Hq, profile: str, clock: Clock) -> None:
    """Told again after a restore, by a box whose clock has been put right meanwhile."""
    box = Box(seal_key=hq.keys.seal_public)
    known = next(iter(hq.journal.entries())).body["after"][0]
    clock.now += DAY
    box.clock = NOW + DAY // 2
    with hq.engine.begin() as connection:
        for column in (tables.consent.c.event, tables.mail.c.event, tables.event.c.id):
            connection.execute(delete(column.table).where(column == known))
    box.append(basket_sent(consents=(yes(),)), mail=MAIL, id=known)
    box.clock = clock.now
    ingest(ledger_of(hq), STORE, box.payload())
    assert not allowed(hq, profile)
