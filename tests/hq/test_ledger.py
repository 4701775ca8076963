"""HQ's ledger, on every database there is."""

import msgspec
import pytest
from sqlalchemy import Table, func, select

from hq import people, quarantine, stores
from hq.ledger import SqlLedger, ledger_of
from hq.projection import PROJECTORS
from hq.replay import replay
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash
from sync.codec import Fork, Malformed, Receipt, Refused
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, box_of, line, turned, viewed, yes

MAIL = "Sarah.Miller@Example.com"


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def count(hq: Hq, table: Table) -> int:
    with hq.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def hash_of(hq: Hq) -> str:
    """Everything but the time at which the log was heard last."""
    with hq.reading() as connection:
        return state_hash(connection, [table for table in tables.metadata.sorted_tables if table is not tables.log])


def test_events_their_projections_and_the_mark_arrive_together(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(viewed())
    box.append(turned(7))
    sent = box.append(basket_sent(line(), line("scarf", 2), consents=(yes(),)), mail=MAIL)
    receipt = ingest(ledger, STORE, box.payload())
    assert receipt == Receipt(log=box.log, n=3, hash=sent.hash, instance=ledger.instance, epoch=1, at=NOW)
    assert (count(hq, tables.event), count(hq, tables.basket_line), count(hq, tables.mail)) == (3, 2, 1)
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id))
        assert profile and people.mail_of(connection, profile) == MAIL.lower()
        assert people.allowed(people.answers(connection, profile), "marketing")
        position = connection.execute(select(tables.feed_position)).one()
        assert (position.store, position.epoch, position.n) == (STORE, 1, 7)


def test_the_same_batch_again_changes_nothing(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.append("no body", kind="BasketSent")
    box.append(turned(1))
    receipt = ingest(ledger, STORE, box.payload())
    before = hash_of(hq)
    assert ingest(ledger, STORE, box.payload()) == receipt
    assert ingest(ledger, STORE, box.payload(2, 2)) == receipt
    assert hash_of(hq) == before


def test_an_event_that_comes_again_in_another_log_is_applied_once(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    first = box.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    again = box_of(hq)
    again.blobs = box.blobs
    again.append(first.body, kind=first.kind, id=first.id)
    answer = ingest(ledger, STORE, again.payload())
    assert isinstance(answer, Receipt) and answer.n == 1
    assert (count(hq, tables.event), count(hq, tables.mail)) == (1, 1)


def test_a_copy_in_the_name_of_another_store_takes_no_event_away(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    """A copied card was enrolled as another store and is faster with what both have: the address is sealed for this."""
    sent = box.append(basket_sent(), mail=MAIL)
    with hq.engine.begin() as connection:
        stores.register(connection, "elsewhere")
    copy = box_of(hq, "elsewhere")
    copy.blobs = box.blobs
    copy.envelopes.append(msgspec.structs.replace(sent, log=copy.log))
    ingest(ledger, "elsewhere", copy.payload())
    assert (count(hq, tables.quarantine), count(hq, tables.mail)) == (1, 0)
    ingest(ledger, STORE, box.payload())
    assert (count(hq, tables.quarantine), count(hq, tables.mail)) == (0, 1)


def test_a_bad_event_that_comes_again_lies_in_quarantine_once(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    bad = box.append("{}", kind="Nonsense")
    ingest(ledger, STORE, box.payload())
    again = box_of(hq)
    again.envelopes.append(msgspec.structs.replace(bad, log=again.log))
    answer = ingest(ledger, STORE, again.payload())
    assert isinstance(answer, Receipt) and answer.n == 1
    assert count(hq, tables.quarantine) == 1


def test_a_branch_that_differs_among_repeated_events_is_a_fork_at_its_first_number(
    hq: Hq, ledger: SqlLedger, box: Box
) -> None:
    for _ in range(4):
        box.append(viewed())
    ingest(ledger, STORE, box.payload())
    again, other = box_of(hq), box_of(hq)
    other.log = again.log
    for one in (again, other):
        for known in box.envelopes[: 4 if one is again else 2]:
            one.append(known.body, kind=known.kind, id=known.id)
    assert isinstance(ingest(ledger, STORE, again.payload()), Receipt)
    other.append(viewed())
    answer = ingest(ledger, STORE, other.payload())
    assert isinstance(answer, Fork) and (answer.n, answer.hash) == (3, again.envelopes[2].hash)


def test_a_bad_event_is_quarantined_and_the_next_one_applied(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append('{"basket":"b"}', kind="BasketSent")
    box.append("{}", kind="TeleportedToMars")
    box.append(basket_sent(), mail="nobody")
    box.append(viewed())
    answer = ingest(ledger, STORE, box.payload())
    assert isinstance(answer, Receipt) and answer.n == 4
    assert (count(hq, tables.event), count(hq, tables.profile)) == (1, 0)
    with hq.reading() as connection:
        reasons = [row.reason for row in quarantine.rows(connection)]
    assert "missing required field" in reasons[0]
    assert "TeleportedToMars" in reasons[1]
    assert reasons[2] == "what was sealed is no mail address"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "K" * 5000),
        ("id", "x" * 5000),
        ("body", "\0"),
        ("at", 2**63 - 1),
        ("origin", "o" * 900),
        ("seal", "s" * 900),
    ],
)
def test_nothing_an_envelope_holds_stops_the_log(
    hq: Hq, ledger: SqlLedger, box: Box, field: str, value: object
) -> None:
    good = box.append(viewed())
    box.envelopes[0] = msgspec.structs.replace(good, **{field: value})
    box.blobs["s" * 900] = b""
    box.append(viewed())
    answer = ingest(ledger, STORE, box.payload())
    assert isinstance(answer, Receipt) and answer.n == 2
    assert count(hq, tables.event) + count(hq, tables.quarantine) == 2


def test_a_log_id_of_another_form_is_malformed(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.log = "L" * 500
    box.append(viewed())
    with pytest.raises(Malformed, match="32 hex digits"):
        ingest(ledger, STORE, box.payload())


def test_an_event_that_breaks_hq_itself_goes_to_quarantine_and_leaves_nothing_behind(
    hq: Hq, ledger: SqlLedger, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = PROJECTORS["BasketSent"]

    def broken(scene: object, event: object) -> None:
        project(scene, event)  # type: ignore[arg-type]
        raise KeyError("a bug of HQ")

    monkeypatch.setitem(PROJECTORS, "BasketSent", broken)
    box.append(basket_sent(), mail=MAIL)
    box.append(viewed())
    ingest(ledger, STORE, box.payload())
    assert (count(hq, tables.event), count(hq, tables.profile), count(hq, tables.quarantine)) == (1, 0, 1)
    monkeypatch.undo()
    assert replay(hq, box.log, 1) == ""
    assert (count(hq, tables.event), count(hq, tables.profile), count(hq, tables.quarantine)) == (2, 1, 0)
    assert count(hq, tables.mail) == 1


def test_a_replay_that_fails_again_keeps_the_event_with_its_new_reason(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload(drop_blobs=True))
    assert replay(hq, box.log, 1) == "the sealed address did not come with the event"
    assert count(hq, tables.quarantine) == 1


def test_a_seal_of_another_event_or_of_another_hq_is_not_believed(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    stolen = box.append(basket_sent(), mail=MAIL)
    box.envelopes.clear()
    copied = box.append(basket_sent())
    box.envelopes[0] = msgspec.structs.replace(copied, seal=stolen.seal)
    foreign = box_of(hq)
    foreign.seal_key = bytes(range(32))
    foreign.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    ingest(ledger, STORE, foreign.payload())
    with hq.reading() as connection:
        reasons = {row.reason for row in quarantine.rows(connection)}
    assert any("belongs to another event" in reason for reason in reasons)
    assert any("does not open" in reason for reason in reasons)
    assert count(hq, tables.profile) == 0


def test_a_batch_of_an_unknown_store_is_refused_and_changes_nothing(hq: Hq, ledger: SqlLedger) -> None:
    stranger = box_of(hq, "nowhere")
    stranger.append(viewed())
    before = hash_of(hq)
    answer = ingest(ledger, "nowhere", stranger.payload())
    assert isinstance(answer, Refused) and "not known" in answer.reason
    assert hash_of(hq) == before


def test_a_batch_that_names_another_store_than_its_topic_is_refused(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(viewed())
    answer = ingest(ledger, STORE, box.payload(store="aurora-riga"))
    assert isinstance(answer, Refused) and "aurora-riga" in answer.reason
    assert count(hq, tables.event) == 0


def test_a_gap_is_answered_with_the_mark(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    for _ in range(4):
        box.append(viewed())
    ingest(ledger, STORE, box.payload(1, 1))
    answer = ingest(ledger, STORE, box.payload(3, 4))
    assert isinstance(answer, Receipt) and (answer.n, answer.rewind) == (1, True)
    assert count(hq, tables.event) == 1


def test_a_rewritten_event_is_a_fork_even_where_the_first_lies_in_quarantine(ledger: SqlLedger, box: Box) -> None:
    box.append("{}", kind="Nonsense")
    box.append(viewed())
    ingest(ledger, STORE, box.payload())
    forked = Box(seal_key=box.seal_key, log=box.log)
    forked.append(viewed())
    answer = ingest(ledger, STORE, forked.payload())
    assert isinstance(answer, Fork) and (answer.n, answer.hash) == (1, box.envelopes[0].hash)


def test_instance_and_epoch_outlive_a_restart(hq: Hq, ledger: SqlLedger) -> None:
    assert (ledger_of(hq).instance, ledger_of(hq).epoch) == (ledger.instance, ledger.epoch)


@pytest.mark.parametrize("skew", [0, 400 * DAY, -DAY, -NOW], ids=["right", "ahead", "behind", "1970"])
def test_a_wrong_box_clock_moves_no_consent(hq: Hq, ledger: SqlLedger, box: Box, skew: int) -> None:
    box.clock = NOW + skew - 5000
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.clock = NOW + skew
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        asked = connection.scalar(select(tables.consent.c.at))
        sent = connection.scalar(select(tables.basket.c.sent))
    assert asked == sent == NOW - 5000


def test_the_later_answer_of_a_log_stands_though_its_clock_was_set_back(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.clock = NOW - 9 * DAY
    box.append(basket_sent(consents=(yes(granted=False),)), mail=MAIL)
    box.clock = NOW
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        assert not people.allowed(people.answers(connection, profile), "marketing")
