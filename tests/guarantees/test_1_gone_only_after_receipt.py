"""Guarantee 1: an event is gone from the outbox only after HQ's receipt. The broker's acknowledgement decides nothing.

A real log, a real outbox and a real broker that acknowledges everything; HQ is played here, and hears what it is let.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from edge.domain.events import VisitEnded
from edge.store import Database, EventLog
from sync import topics
from sync.codec import Answer, Batch, Receipt, decode_batch, encode_answer
from sync.ingest import ingest
from sync.line import Line, LineUp, Message
from sync.outbox import Outbox
from sync.service import BoxSync, box_line
from sync.simulator import MemoryLedger
from sync.simulator_controls import first_noticed, with_trimming_on_the_brokers_word
from tests import mosquitto
from tests.sync.test_line import next_of, port  # noqa: F401  (a fixture)

pytestmark = mosquitto.needed
STORE = "aurora-tallinn"
EVENTS = 40


def append(database: Database, log: EventLog, count: int) -> list[str]:
    random = Random(log.head())
    ids = [f"{random.getrandbits(128):032x}" for _ in range(count)]
    for event_id in ids:
        event = VisitEnded(visit=event_id, station="wall", reason="idle")
        database.write(lambda db, event=event, event_id=event_id: log.append(db, event, event_id=event_id, at=1))  # type: ignore[misc]
    return ids


def waits_until(true: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


@contextmanager
def syncing(log: EventLog, at: int) -> Iterator[BoxSync]:
    outbox = Outbox(log, STORE, now=time.monotonic, wall_ms=lambda: 1, random=Random(1))
    line = box_line([("127.0.0.1", at)], STORE)
    sync = BoxSync(outbox, line, STORE, on_feed=lambda *_: None, on_line=lambda _: None)
    sync.start()
    yield sync
    sync.stop()


class PlayedHq:
    """Takes batches off the wire; answers only with what it is told to answer."""

    def __init__(self, line: Line) -> None:
        self._line, self.ledger = line, MemoryLedger()
        next_of(line, LineUp)

    def receives(self) -> tuple[Batch, bytes]:
        message = next_of(self._line, Message, 30)
        return decode_batch(message.payload), message.payload

    def says(self, answer: Answer) -> None:
        self._line.publish(topics.down(STORE), encode_answer(answer))


@contextmanager
def playing(at: int) -> Iterator[PlayedHq]:
    line = Line([("127.0.0.1", at)], name="hq", subscriptions=(topics.UP,))
    line.start()
    yield PlayedHq(line)
    line.stop()


def test_an_event_is_gone_from_the_outbox_only_after_hqs_receipt(tmp_path: Path, port: int) -> None:  # noqa: F811
    """Acknowledged by the broker, received by HQ, and even receipted with another hash: all of it is still there and
    comes again. After the receipt, and no earlier, nothing comes any more; after a crash in between, everything."""
    with Database(tmp_path / "store.db") as database, mosquitto.running(tmp_path, port), playing(port) as hq:
        log = EventLog(database)
        ids = append(database, log, EVENTS)
        with syncing(log, port):
            batch, _ = hq.receives()
            assert [event.id for event in batch.events] == ids
            lie = Receipt(log=batch.log, n=EVENTS, hash="ab" * 32, instance="hq", epoch=1, trim_to=EVENTS)
            hq.says(lie)
            again, _ = hq.receives()
            assert again.events == batch.events and log.receipt() is None
            assert not log.trim() and log.cut() == 0
        with syncing(log, port):  # the box was switched off and on: it knows no more than it did
            after_start, payload = hq.receives()
            assert after_start.events == batch.events
            hq.says(ingest(hq.ledger, STORE, payload))
            waits_until(lambda: (kept := log.receipt()) is not None and kept.n == EVENTS)
        with syncing(log, port):
            asking, _ = hq.receives()
            assert (asking.first, asking.events) == (EVENTS + 1, [])
        assert hq.ledger.state.applied[log.log_id] == ids


def test_an_event_is_forgotten_only_when_hq_says_it_lies_in_a_backup(tmp_path: Path) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append(database, log, EVENTS)
        receipt = Receipt(log=log.log_id, n=30, hash=log.hash_of(30) or "", instance="hq", epoch=1)
        log.keep(receipt)
        assert not log.trim()
        log.keep(Receipt(**{name: getattr(receipt, name) for name in receipt.__struct_fields__} | {"trim_to": 99}))
        while log.trim():
            pass
        assert (log.cut(), log.head()) == (30, EVENTS)


def test_control_a_box_that_trims_on_the_brokers_word_is_caught_losing() -> None:
    noticed = first_noticed(with_trimming_on_the_brokers_word, range(20))
    assert noticed is not None, "trimming on the broker's acknowledgement lost nothing"
