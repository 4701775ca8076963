"""A decision that is in the journal is made, also where the database has no time for it."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from hq import decisions, people
from hq.ledger import ledger_of
from hq.service import Hq, open_hq
from hq.settling import settler
from hq.store import engine, tables
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import DAY, STORE, basket_sent, box_of, yes
from tests.hq.conftest import Clock


@contextmanager
def another_writer(hq: Hq) -> Iterator[None]:
    """Holds the write lock, as a large import does."""
    other = sqlite3.connect(hq.dir / "hq.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.fixture
def hq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hq]:
    monkeypatch.setattr(engine, "BUSY_MS", 50)
    hq = shop.showroom(tmp_path / "hq")
    shop.send_basket(hq, consents=("marketing",))
    yield hq
    hq.close()


def reachable(hq: Hq) -> tuple[bool, set[str]]:
    with hq.reading() as reading:
        marketing = people.allowed(people.answers(reading, shop.PROFILE), "marketing")
        return marketing, people.suppressions(reading, shop.PROFILE)


def test_an_unsubscribe_while_another_writes_is_journalled_whole_and_follows(hq: Hq) -> None:
    with another_writer(hq):
        decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
        assert [entry.kind for entry in hq.journal.entries()] == ["suppressed", "withdrawn"]
        assert reachable(hq) == (True, set())
        assert not decisions.settle(hq)
    assert decisions.settle(hq)
    assert reachable(hq) == (False, {"unsubscribed"})
    assert not hq.pending


def test_who_decides_while_others_wait_for_the_database_is_not_held_up(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    with another_writer(hq):
        decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
        monkeypatch.setattr(decisions, "_apply_all", lambda *_: 1 / 0)
        decisions.suppress(hq, "ab" * 32, "bounced")
    assert len(hq.pending) == 3


def test_what_waits_gets_in_by_itself(hq: Hq) -> None:
    thread = settler(hq, poll=0.02)
    thread.start()
    with another_writer(hq):
        decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
    deadline = time.monotonic() + 10
    while hq.pending and time.monotonic() < deadline:
        time.sleep(0.02)
    thread.stop()
    assert reachable(hq) == (False, {"unsubscribed"})


def test_what_waited_when_hq_was_killed_gets_in_at_the_next_start(hq: Hq, tmp_path: Path) -> None:
    with another_writer(hq):
        decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
    again = open_hq(tmp_path / "hq")
    assert reachable(again) == (False, {"unsubscribed"})
    again.close()
    assert decisions.settle(hq), "what is in already is not applied twice"


def test_an_unsubscribe_that_cannot_be_journalled_whole_changes_nothing(
    hq: Hq, monkeypatch: pytest.MonkeyPatch
) -> None:
    append: Callable[..., object] = hq.journal.append

    def failing(kind: str, *rest: object, **body: object) -> object:
        return 1 / 0 if kind == "withdrawn" else append(kind, *rest, **body)

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(hq.journal, "append", failing)
        decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
    assert reachable(hq) == (True, set())


def test_a_consent_given_on_the_page_while_another_writes_is_journalled_and_follows(hq: Hq) -> None:
    from hq.links import Links
    from hq.web import create_app

    client, link = create_app(hq).test_client(), Links(base="", key=hq.keys.link).basket(shop.BASKET)
    with another_writer(hq):
        assert client.post(f"{link}/consents", data={"marketing": "yes", "profiling": "yes"}).status_code == 303
        assert client.get(link).status_code == 200
        entry = list(hq.journal.entries())[-1]
        assert (entry.kind, entry.body["purpose"], entry.body["how"]) == ("granted", "profiling", "basket-page")
        assert entry.body["words"]
    assert decisions.settle(hq)
    with hq.reading() as reading:
        assert people.allowed(people.answers(reading, shop.PROFILE), "profiling")
    with another_writer(hq):
        assert client.get(link).status_code == 200, "a visit that can't be noted is no reason to show no basket"


def test_a_mail_that_was_given_up_stays_given_up(hq: Hq) -> None:
    decisions.mail_failed(hq, shop.MAIL_ID, "550 5.1.1")
    assert shop.mail_row(hq)["state"] == "failed"
    assert [entry.kind for entry in hq.journal.entries()] == ["mail-failed"]


def test_what_is_decided_with_the_clock_set_back_counts_as_the_latest_also_after_a_restore(
    any_hq: Hq, clock: Clock
) -> None:
    box = box_of(any_hq)
    box.append(basket_sent(consents=(yes(),)), mail="sarah@example.com")
    ingest(ledger_of(any_hq), STORE, box.payload())
    with any_hq.reading() as reading:
        (profile,) = reading.scalars(select(tables.profile.c.id))
    stands = []
    steps: tuple[Callable[[], None], ...] = (
        lambda: decisions.withdraw(any_hq, profile, how="mail-link"),
        lambda: decisions.grant(any_hq, profile, yes(), how="basket-page"),
        lambda: decisions.withdraw(any_hq, profile, how="basket-page"),
    )
    for decide in steps:
        clock.now -= 365 * DAY
        decide()
        with any_hq.reading() as reading:
            stands.append(people.allowed(people.answers(reading, profile), "marketing"))
    assert stands == [False, True, False]
    times = [entry.at for entry in any_hq.journal.entries()]
    assert times == sorted(times), "a restored HQ replays them by their times"
