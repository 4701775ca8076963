"""Guarantee 2: HQ applies each event once, in order, per log.

Events and the mark commit in one transaction; a duplicate, by number or by event id, changes nothing; a gap is answered
with the mark. On SQLite and on PostgreSQL, with HQ dying at every place where it can.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from sqlalchemy import Connection, func, select

from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq
from hq.store import tables
from hq.transaction import SqlTransaction
from sync.codec import Envelope, Receipt
from sync.ingest import ingest, ingest_all
from sync.ledger import Care
from tests.hq.boxes import STORE, Box, basket_sent, box_of, turned, viewed, yes
from tests.hq.conftest import any_hq, clock, open_it

__all__ = ["any_hq", "clock", "open_it"]

EVENTS = 40


@pytest.fixture
def box(any_hq: Hq) -> Box:
    """A box with views, versions and baskets of a few people."""
    box = box_of(any_hq)
    for n in range(EVENTS):
        match n % 4:
            case 0:
                box.append(basket_sent(consents=(yes(granted=n % 8 == 0),)), mail=f"p{n % 3}@example.com")
            case 1:
                box.append(turned(n))
            case _:
                box.append(viewed())
    return box


class Dies(Exception):
    """HQ is killed here."""


def applied(hq: Hq) -> list[int]:
    """The numbers of the events as they went in."""
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.event.c.n).order_by(tables.event.c.n)))


def held(hq: Hq) -> tuple[int, int, int]:
    """How many mails, consents and marked events HQ holds."""
    with hq.reading() as connection:
        counts = [connection.scalar(select(func.count()).select_from(t)) or 0 for t in (tables.mail, tables.consent)]
        return counts[0], counts[1], connection.scalar(select(tables.log.c.mark)) or 0


WHOLE = (EVENTS // 4, EVENTS // 4, EVENTS)


def drain(ledger: SqlLedger, box: Box, payloads: Iterator[bytes]) -> None:
    """What is sent is taken in or not; then the box sends the rest, as it does after every answer."""
    n = 0
    for payload in payloads:
        try:
            answer = ingest(ledger, STORE, payload)
        except Dies:
            continue
        assert isinstance(answer, Receipt) and answer.n >= n
        n = answer.n
    while n < EVENTS:
        answer = ingest(ledger, STORE, box.payload(n + 1, n + 7))
        assert isinstance(answer, Receipt) and answer.n > n
        n = answer.n


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the events that HQ was told to apply, in that order."""
    numbers: list[int] = []
    whole = SqlTransaction.apply

    def counting(self: SqlTransaction, store: str, envelope: Envelope, blob: bytes | None) -> None:
        numbers.append(envelope.n)
        whole(self, store, envelope, blob)

    monkeypatch.setattr(SqlTransaction, "apply", counting)
    return numbers


@pytest.mark.parametrize("seed", range(3))
def test_repeated_overlapping_shuffled_batches_are_applied_once_in_order(
    any_hq: Hq, box: Box, handed: list[int], seed: int
) -> None:
    random = Random(seed)
    runs = [(first, first + random.randrange(12)) for first in range(1, EVENTS + 1, 3)] * 3
    random.shuffle(runs)
    drain(ledger_of(any_hq), box, (box.payload(first, last) for first, last in runs))
    assert handed == applied(any_hq) == list(range(1, EVENTS + 1))
    assert held(any_hq) == WHOLE


def test_the_same_batch_many_times_in_one_transaction_is_applied_once(any_hq: Hq, box: Box) -> None:
    answers = ingest_all(ledger_of(any_hq), [(STORE, box.payload())] * 4)
    assert [answer.n for answer in answers if isinstance(answer, Receipt)] == [EVENTS] * 4
    assert applied(any_hq) == list(range(1, EVENTS + 1))
    assert held(any_hq) == WHOLE


def test_a_gap_changes_nothing_and_is_answered_with_the_mark(any_hq: Hq, box: Box) -> None:
    ledger = ledger_of(any_hq)
    ingest(ledger, STORE, box.payload(1, 5))
    answer = ingest(ledger, STORE, box.payload(7))
    assert isinstance(answer, Receipt) and (answer.n, answer.rewind) == (5, True)
    assert applied(any_hq) == [1, 2, 3, 4, 5]


def test_an_event_that_comes_under_another_log_is_applied_once(any_hq: Hq, box: Box) -> None:
    ledger = ledger_of(any_hq)
    ingest(ledger, STORE, box.payload())
    heir = box_of(any_hq)
    heir.blobs = box.blobs
    for old in box.envelopes:
        heir.append(old.body, kind=old.kind, id=old.id)
    answer = ingest(ledger, STORE, heir.payload())
    assert isinstance(answer, Receipt) and answer.n == EVENTS
    assert len(applied(any_hq)) == EVENTS and held(any_hq)[:2] == WHOLE[:2]


PLACES = ("flush", "set_mark", "apply", "seen", "expect")


@pytest.mark.parametrize("place", PLACES)
def test_hq_may_die_anywhere_in_a_transaction(
    any_hq: Hq, box: Box, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the step and after it, at every second batch."""
    whole, calls = getattr(SqlTransaction, place), iter(range(1_000_000))

    def dying(self: SqlTransaction, *given: object, **named: object) -> object:
        turn = next(calls) % 4
        if turn == 1:
            raise Dies
        done = whole(self, *given, **named)
        if turn == 3:
            raise Dies
        return done

    monkeypatch.setattr(SqlTransaction, place, dying)
    ledger = ledger_of(any_hq)
    for first in range(1, EVENTS, 5):
        try:
            ingest(ledger, STORE, box.payload(first, first + 6))
        except Dies:
            continue
    monkeypatch.undo()
    drain(ledger, box, iter(()))
    assert applied(any_hq) == list(range(1, EVENTS + 1))
    assert held(any_hq) == WHOLE


# ---- the negative control: mark and events in two transactions -----------------------------------------------------


class Torn(SqlLedger):
    """Commits between what the batch changes and its mark, and dies there. `mark_first`: the mark is in already."""

    def __init__(self, hq: Hq, *, mark_first: bool) -> None:
        honest = ledger_of(hq)
        super().__init__(hq.engine, honest._rules, hq.clock)
        self._mark_first, self.dies = mark_first, True

    @contextmanager
    def transaction(self, care: Care = Care.LAST) -> Iterator[SqlTransaction]:
        connection: Connection
        with self._engine.connect() as connection:
            opened = SqlTransaction(connection, self._rules, self._clock(), care)
            yield opened
            marks, rows = opened._lives.flush, opened._rows
            opened._lives.flush = lambda: None  # type: ignore[method-assign]
            if self._mark_first:
                rows.clear()
                marks()
            else:
                opened.flush()
            connection.commit()
            if self.dies:
                raise Dies
            marks()
            connection.commit()


def test_control_a_mark_that_commits_before_its_events_loses_them(any_hq: Hq, box: Box) -> None:
    torn = Torn(any_hq, mark_first=True)
    with pytest.raises(Dies):
        ingest(torn, STORE, box.payload(1, 10))
    answer = ingest(ledger_of(any_hq), STORE, box.payload(1, 10))
    assert isinstance(answer, Receipt) and answer.n == 10
    assert applied(any_hq) != list(range(1, 11))


def test_control_events_that_commit_before_their_mark_come_twice(
    any_hq: Hq, box: Box, handed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their ids would tell, so HQ has to look away from these."""
    torn = Torn(any_hq, mark_first=False)
    with pytest.raises(Dies):
        ingest(torn, STORE, box.payload(1, 10))
    assert applied(any_hq) == list(range(1, 11)) and held(any_hq)[2] == 0
    handed.clear()
    monkeypatch.setattr(SqlTransaction, "seen", lambda self, ids: set())
    ingest(ledger_of(any_hq), STORE, box.payload(1, 10))
    assert set(handed) == set(range(1, 11))
