"""HQ on a real broker: batches are answered, bad ones are told once, and the head of the feed is kept there."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hq import stores
from hq.ledger import SqlLedger, ledger_of
from hq.line import HqLine, take
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash
from hq.taking import take_all
from sync import topics
from sync.codec import Receipt, Refused, decode_answer
from sync.line import Line, LineUp, Message
from tests import mosquitto
from tests.hq.boxes import NOW, STORE, Box, basket_sent, box_of, viewed


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with mosquitto.somewhere(tmp_path) as port:
        yield port


@pytest.fixture
def shop(broker: int) -> Iterator[Line]:
    """A store's line, up."""
    line = Line([("127.0.0.1", broker)], name="shop", subscriptions=(topics.down(STORE), topics.feed("+")))
    line.start()
    assert isinstance(line.inbox.get(timeout=10), LineUp)
    yield line
    line.stop()


@pytest.fixture
def at_work(hq: Hq, broker: int) -> Iterator[HqLine]:
    line = HqLine(hq, [("127.0.0.1", broker)])
    line.start()
    until(lambda: line.up)
    yield line
    line.stop()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def heard(line: Line) -> Message:
    message = line.inbox.get(timeout=10)
    assert isinstance(message, Message)
    return message


def publish_version(hq: Hq, n: int) -> bytes:
    head = f"head {n}".encode()
    row = {"feed": "catalogue", "epoch": 1, "n": n, "file": "f", "head": head, "built": NOW, "note": ""}
    with hq.engine.begin() as connection:
        connection.execute(tables.feed_version.insert().values(row))
    return head


@mosquitto.needed
def test_a_batch_is_committed_and_answered_with_a_receipt(hq: Hq, at_work: HqLine, shop: Line, box: Box) -> None:
    box.append(basket_sent(), mail="sarah@example.com")
    shop.publish(topics.up(STORE), box.payload())
    answer = decode_answer(heard(shop).payload)
    assert isinstance(answer, Receipt) and answer.n == 1
    with hq.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.mail)) == 1


@mosquitto.needed
def test_a_truncated_payload_is_told_once_and_the_next_batch_is_taken(
    hq: Hq, at_work: HqLine, shop: Line, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.append(viewed())
    with caplog.at_level(logging.WARNING, "hq"):
        shop.publish(topics.up(STORE), box.payload()[:-7])
        shop.publish(topics.up(STORE), box.payload())
        assert isinstance(decode_answer(heard(shop).payload), Receipt)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert topics.up(STORE) in told[0] and "not a whole zstd frame" in told[0]
    with hq.reading() as connection:
        (state,) = stores.overview(connection)
    assert (state.refused, state.mark) == (1, 1) and "zstd" in state.refused_reason


@mosquitto.needed
def test_the_head_is_there_for_who_comes_later_and_a_new_version_reaches_who_is_there(
    hq: Hq, at_work: HqLine, broker: int
) -> None:
    first = publish_version(hq, 1)
    time.sleep(0.5)
    line = Line([("127.0.0.1", broker)], name="late", subscriptions=(topics.feed("+"),))
    line.start()
    assert isinstance(line.inbox.get(timeout=10), LineUp)
    assert heard(line) == Message(topics.feed("catalogue"), first)
    second = publish_version(hq, 2)
    assert heard(line).payload == second
    line.stop()


@mosquitto.needed
def test_what_a_box_has_the_broker_keep_is_not_taken_and_told_with_its_name(
    hq: Hq, broker: int, shop: Line, box: Box
) -> None:
    box.append(viewed())
    shop.publish(topics.up(STORE), box.payload(), retain=True)
    shop.publish(topics.down(STORE), b"to itself")
    assert heard(shop).payload == b"to itself", "by now the broker keeps what was sent before"
    line = HqLine(hq, [("127.0.0.1", broker)])
    line.start()
    until(lambda: line.up)
    shop.publish(topics.up(STORE), b"live", retain=True)
    until(lambda: refusal_of(hq))
    line.stop()
    assert "retained" in refusal_of(hq) and "(1 messages)" in refusal_of(hq), "the first one was not even sent to HQ"
    with hq.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.event)) == 0


def refusal_of(hq: Hq) -> str:
    with hq.reading() as connection:
        return next((state.refused_reason for state in stores.overview(connection) if state.store == STORE), "")


def test_a_batch_of_an_unknown_store_is_answered_logged_and_counted(
    hq: Hq, ledger: SqlLedger, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = box_of(hq, "nowhere")
    stranger.append(viewed())
    with hq.reading() as connection:
        before = state_hash(connection, [t for t in tables.metadata.sorted_tables if t is not tables.refusal])
    for _ in range(3):
        answered = take(hq, ledger, topics.up("nowhere"), stranger.payload())
        assert answered and answered[0] == topics.down("nowhere")
        assert isinstance(decode_answer(answered[1]), Refused)
    with hq.reading() as connection:
        assert state_hash(connection, [t for t in tables.metadata.sorted_tables if t is not tables.refusal]) == before
        state = next(state for state in stores.overview(connection) if state.store == "nowhere")
    assert (state.known, state.refused) == (False, 3) and "not known" in state.refused_reason
    assert len(caplog.records) == 3


def test_a_store_that_is_registered_afterwards_is_taken_in(hq: Hq, ledger: SqlLedger) -> None:
    stranger = box_of(hq, "nowhere")
    stranger.append(viewed())
    take(hq, ledger, topics.up("nowhere"), stranger.payload())
    with hq.engine.begin() as connection:
        stores.register(connection, "nowhere")
    answered = take(hq, ledger, topics.up("nowhere"), stranger.payload())
    assert answered and isinstance(decode_answer(answered[1]), Receipt)


def test_a_batch_on_the_topic_of_another_store_is_refused(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    with hq.engine.begin() as connection:
        stores.register(connection, "aurora-riga")
    box.append(viewed())
    answered = take(hq, ledger, topics.up("aurora-riga"), box.payload())
    assert answered and isinstance(decode_answer(answered[1]), Refused)
    with hq.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.event)) == 0


def test_a_topic_with_the_longest_of_numbers_holds_up_nobody(hq: Hq, box: Box) -> None:
    """Python refuses to read it as a number, and every store may write `tote/1/up/+/STORE`."""
    far = f"tote/1/up/{'9' * 5000}/{STORE}"
    answers = take_all(hq, ledger_of(hq), [(far, b""), (topics.up(STORE), box.payload())])
    assert [topic for topic, _ in answers] == [topics.down(STORE)]


@pytest.mark.parametrize("topic", [f"tote/1/up/1/{STORE}", "tote/1/up/7/UPPER", "tote/1/up/x/shop", "else"])
def test_a_topic_that_is_no_stores_is_dropped(hq: Hq, box: Box, topic: str, caplog: pytest.LogCaptureFixture) -> None:
    box.append(viewed())
    assert take(hq, ledger_of(hq), topic, box.payload()) is None
    assert "no topic of a store" in caplog.text


def test_made_up_store_names_do_not_fill_the_disk(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST_REFUSED", 3)
    with hq.engine.begin() as connection:
        for number in range(9):
            stores.refuse(connection, f"s{number}", "no", at=NOW)
        assert connection.scalar(select(func.count()).select_from(tables.refusal)) == 3


def test_a_name_of_megabytes_is_cut_where_it_is_logged_answered_and_kept(
    hq: Hq, ledger: SqlLedger, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.append(viewed())
    answered = take(hq, ledger, topics.up(STORE), box.payload(store="x" * 3_000_000))
    assert answered
    refused = decode_answer(answered[1])
    assert isinstance(refused, Refused) and len(refused.reason) <= 200 and STORE in refused.reason
    assert len(caplog.text) < 500
    with hq.reading() as connection:
        (state,) = stores.overview(connection)
    assert state.refused == 1 and len(state.refused_reason) <= 200
