"""Forks, gaps, logs that go on with others, and who may open a new one; on every database there is."""

import pytest
from sqlalchemy import select

from edge.domain.events import LogOpened
from hq import lives, notices, quarantine, stores
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync.codec import Answer, Envelope, Fork, Receipt, Refused, encode_batch
from sync.codec.batch import batch_of
from sync.ingest import ingest, ingest_all
from tests.hq.boxes import STORE, Box, box_of, turned, viewed


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def grown(hq: Hq, events: int, log: str = "") -> Box:
    box = box_of(hq)
    box.log = log or box.log
    for n in range(events):
        box.append(turned(n) if n % 2 else viewed())
    return box


def opened(hq: Hq, before: Box, forked_at: int, why: str = "fork") -> Box:
    """The life after `before`: what HQ lacked of it follows, with the same ids."""
    box = box_of(hq)
    box.blobs = before.blobs
    box.append(LogOpened(previous=before.log, forked_at=forked_at, why=why))  # type: ignore[arg-type]
    for old in before.envelopes[forked_at - 1 :]:
        again(box, old)
    return box


def again(box: Box, old: Envelope) -> None:
    made = box.append(old.body, kind=old.kind, id=old.id)
    box.envelopes[-1] = Envelope(
        id=old.id, log=box.log, n=made.n, kind=old.kind, at=old.at, body=old.body, seal=old.seal,
        origin=f"{old.log}:{old.n}", prev=made.prev,
    )  # fmt: skip


def told(hq: Hq) -> list[tuple[str, int, bool]]:
    with hq.reading() as connection:
        return [(one.kind, one.n, one.open) for one in notices.of_stores(connection).get(STORE, ())]


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def events(hq: Hq) -> set[str]:
    with hq.reading() as connection:
        return set(connection.scalars(select(tables.event.c.id)))


def n_of(answer: Answer) -> int:
    assert isinstance(answer, Receipt)
    return answer.n


def test_a_fork_is_noted_with_its_first_number_and_healed_by_the_log_that_goes_on(
    hq: Hq, ledger: SqlLedger, caplog: pytest.LogCaptureFixture
) -> None:
    box = grown(hq, 5)
    twin = Box(seal_key=box.seal_key, log=box.log, envelopes=box.envelopes[:2])
    for _ in range(4):
        twin.append(viewed())
    ingest(ledger, STORE, box.payload())
    answer = ingest(ledger, STORE, twin.payload(2))
    assert isinstance(answer, Fork) and (answer.n, answer.hash) == (3, box.envelopes[2].hash)
    assert told(hq) == [("fork", 3, True)]
    assert isinstance(ingest(ledger, STORE, twin.payload(5)), Fork)
    assert told(hq) == [("fork", 3, True)]
    heir = opened(hq, twin, 3)
    assert n_of(ingest(ledger, STORE, heir.payload())) == 5
    assert told(hq) == [("fork", 3, False)]
    assert warned(caplog) == [f"store {STORE}: log {box.log} has forked: from event 3 on its box has others than HQ"]
    assert {e.id for e in (*box.envelopes, *twin.envelopes, *heir.envelopes)} == events(hq)


def test_a_fork_that_only_the_new_log_tells_of_is_noted_too(
    hq: Hq, ledger: SqlLedger, caplog: pytest.LogCaptureFixture
) -> None:
    box = grown(hq, 4)
    ingest(ledger, STORE, box.payload())
    heir = opened(hq, grown(hq, 2, box.log), 3)
    ingest(ledger, STORE, heir.payload())
    ingest(ledger, STORE, heir.payload())
    assert told(hq) == [("fork", 3, False)]
    (said,) = warned(caplog)
    assert said == f"store {STORE}: log {box.log} ended before event 3, its box goes on in log {heir.log}"


def test_events_that_are_appended_again_are_applied_once(hq: Hq, ledger: SqlLedger) -> None:
    box = grown(hq, 6)
    ingest(ledger, STORE, box.payload())
    heir = opened(hq, box, 4, why="machine")
    assert n_of(ingest(ledger, STORE, heir.payload())) == 4
    assert len(events(hq)) == 7
    with hq.reading() as connection:
        assert quarantine.rows(connection) == []
    assert told(hq) == []


def test_two_boxes_that_speak_for_one_store_are_told(
    hq: Hq, ledger: SqlLedger, caplog: pytest.LogCaptureFixture
) -> None:
    box = grown(hq, 4)
    ingest(ledger, STORE, box.payload(1, 3))
    moved = opened(hq, grown(hq, 0, box.log), 3, why="machine")
    ingest(ledger, STORE, moved.payload())
    assert told(hq) == []
    ingest(ledger, STORE, box.payload(4))
    box.append(viewed())
    ingest(ledger, STORE, box.payload(5))
    assert told(hq) == [("two-boxes", 3, True)]
    (said,) = warned(caplog)
    assert said.startswith(f"two boxes speak for store {STORE}: log {box.log} goes on beside")
    with hq.reading() as connection:
        (notice,) = notices.of_stores(connection)[STORE]
    assert f"most likely the box of log {moved.log[:12]}" in notice.words


def test_what_was_rolled_back_is_no_warning(hq: Hq, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ZeroDivisionError), hq.engine.begin() as connection:
        lives.forked(connection, STORE, "ab" * 16, 3, "", "", at=1)
        raise ZeroDivisionError
    with hq.engine.begin() as connection:
        stores.register(connection, "other")
    assert warned(caplog) == []


def test_a_past_log_that_refills_a_restored_hq_is_no_second_box(hq: Hq, ledger: SqlLedger) -> None:
    past = grown(hq, 5)
    ingest(ledger, STORE, opened(hq, past, 6).payload())
    ingest(ledger, STORE, past.payload())
    assert [kind for kind, *_ in told(hq)] == ["fork"]
    past.append(viewed())
    ingest(ledger, STORE, past.payload())
    assert ("two-boxes", 6, True) in told(hq)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"previous": "zz"}, "no other log"),
        ({"forked_at": 0}, "no number"),
        ({"previous": "theirs"}, "another store"),
    ],
)
def test_a_log_that_goes_on_with_what_it_can_not_goes_to_quarantine(
    hq: Hq, ledger: SqlLedger, fields: dict[str, object], reason: str
) -> None:
    with hq.engine.begin() as connection:
        stores.register(connection, "aurora-riga")
    theirs = box_of(hq, "aurora-riga")
    theirs.append(viewed())
    ingest(ledger, "aurora-riga", theirs.payload())
    if fields.get("previous") == "theirs":
        fields = {"previous": theirs.log}
    box = box_of(hq)
    box.append(LogOpened(**{"previous": "ab" * 16, "forked_at": 1, "why": "fork", **fields}))  # type: ignore[arg-type]
    box.append(viewed())
    assert n_of(ingest(ledger, STORE, box.payload())) == 2
    with hq.reading() as connection:
        (row,) = quarantine.rows(connection)
    assert reason in row.reason


def cut(box: Box, first: int) -> bytes:
    sent, prev = box.envelopes[first - 1 :], box.envelopes[first - 2].hash
    return encode_batch(
        batch_of(sent, store=STORE, log=box.log, after=first - 1, prev=prev, sent=0, blobs={}, cut=True)
    )


def test_what_a_box_has_forgotten_is_noted_as_a_gap_and_what_it_has_is_taken(hq: Hq, ledger: SqlLedger) -> None:
    box = grown(hq, 9)
    ingest(ledger, STORE, box.payload(1, 2))
    answer = ingest(ledger, STORE, box.payload(6))
    assert isinstance(answer, Receipt) and answer.rewind
    assert n_of(ingest(ledger, STORE, cut(box, 6))) == 9
    assert told(hq) == [("gap", 3, False)]
    box.append(viewed())
    assert n_of(ingest(ledger, STORE, box.payload(10))) == 10
    assert len(events(hq)) == 7


def test_a_log_that_is_all_forgotten_is_taken_up_where_it_stands(hq: Hq, ledger: SqlLedger) -> None:
    box = grown(hq, 4)
    asking = batch_of(
        [], store=STORE, log=box.log, after=4, prev=box.envelopes[-1].hash, sent=0, blobs={}, cut=True
    )  # fmt: skip
    assert n_of(ingest(ledger, STORE, encode_batch(asking))) == 4
    box.append(viewed())
    assert n_of(ingest(ledger, STORE, box.payload(5))) == 5
    assert told(hq) == [("gap", 1, False)]


def test_the_mark_that_may_be_forgotten_is_told(hq: Hq, ledger: SqlLedger) -> None:
    box = grown(hq, 3)
    ingest(ledger, STORE, box.payload(1, 2))
    with hq.engine.begin() as connection:
        connection.execute(tables.log.update().values(trim_to=2))
    answer = ingest(ledger, STORE, box.payload(3))
    assert isinstance(answer, Receipt) and (answer.n, answer.trim_to, answer.at) == (3, 2, hq.clock())


# ---- who may open a log -----------------------------------------------------------------------------------------


@pytest.fixture
def enrolled(hq: Hq, ledger: SqlLedger) -> Box:
    """The box of a store that was enrolled, with its first log."""
    with hq.engine.begin() as connection:
        stores.admit(connection, STORE)
    box = grown(hq, 3)
    assert n_of(ingest(ledger, STORE, box.payload())) == 3
    return box


def test_an_enrolled_store_opens_one_log_and_a_second_one_is_refused(hq: Hq, ledger: SqlLedger, enrolled: Box) -> None:
    stranger = grown(hq, 2)
    for _ in range(2):
        answer = ingest(ledger, STORE, stranger.payload())
        assert isinstance(answer, Refused) and "second box" in answer.reason
    enrolled.append(viewed())
    assert n_of(ingest(ledger, STORE, enrolled.payload(4))) == 4
    assert len(events(hq)) == 4
    with hq.engine.begin() as connection:
        stores.admit(connection, STORE)
    assert n_of(ingest(ledger, STORE, stranger.payload())) == 2


def test_its_log_may_be_followed_by_another_one_and_that_one_by_the_next(
    hq: Hq, ledger: SqlLedger, enrolled: Box
) -> None:
    heir = opened(hq, enrolled, 4)
    assert n_of(ingest(ledger, STORE, heir.payload())) == 1
    assert n_of(ingest(ledger, STORE, opened(hq, heir, 2).payload())) == 1
    assert isinstance(ingest(ledger, STORE, opened(hq, grown(hq, 1), 2).payload()), Refused)


def test_a_restored_hq_takes_a_log_and_the_one_that_follows_it_in_whatever_order(hq: Hq, ledger: SqlLedger) -> None:
    with hq.engine.begin() as connection:
        stores.admit(connection, STORE)
    past = grown(hq, 3)
    assert n_of(ingest(ledger, STORE, opened(hq, past, 4).payload())) == 1
    assert n_of(ingest(ledger, STORE, past.payload())) == 3


def test_a_question_for_the_mark_opens_no_log(hq: Hq, ledger: SqlLedger, enrolled: Box) -> None:
    box = box_of(hq)
    assert n_of(ingest(ledger, STORE, box.payload())) == 0
    with hq.reading() as connection:
        assert list(connection.scalars(select(tables.log.c.log_id))) == [enrolled.log]


# ---- many at once --------------------------------------------------------------------------------------------------


def test_batches_of_many_boxes_share_a_transaction_and_a_bad_one_holds_up_none(hq: Hq, ledger: SqlLedger) -> None:
    good, other, bad = grown(hq, 4), grown(hq, 2), grown(hq, 1)
    bad.append("{", kind="BasketSent")
    bad.append(viewed())
    batches = [good.payload(1, 2), bad.payload(), b"torn", good.payload(3, 4), other.payload(), bad.payload()]
    outcomes = ingest_all(ledger, [(STORE, payload) for payload in batches])
    assert [one.n for one in outcomes if isinstance(one, Receipt)] == [2, 3, 4, 2, 3]
    assert isinstance(outcomes[2], Exception)
    assert len(events(hq)) == 8


def test_an_event_that_fails_late_undoes_itself_alone(hq: Hq, ledger: SqlLedger) -> None:
    """Its projector has written already when it fails: all is taken once more, with care."""
    one, other = grown(hq, 2), box_of(hq)
    sent = other.append(viewed())
    other.envelopes[0] = Envelope(
        id=sent.id, log=sent.log, n=1, kind="BasketSent", at=sent.at, body=sent.body, prev=sent.prev
    )  # fmt: skip
    other.append(viewed())
    outcomes = ingest_all(ledger, [(STORE, one.payload()), (STORE, other.payload())])
    assert [n_of(outcome) for outcome in outcomes if not isinstance(outcome, Exception)] == [2, 2]
    with hq.reading() as connection:
        assert [row.n for row in quarantine.rows(connection)] == [1]
