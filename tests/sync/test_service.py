"""The sync thread over a real broker: at once, through trouble with the log, and forgetting in quiet moments."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from sync import service, topics
from sync.codec import Envelope, Receipt, encode_answer
from sync.codec.ask import Question, Told, decode_question
from sync.ingest import ingest
from sync.line import Line, LineUp, Message
from sync.outbox import Outbox
from sync.service import BoxSync, box_line
from sync.simulator import MemoryLedger, MemoryLog
from tests import mosquitto
from tests.sync.test_line import next_of, port  # noqa: F401  (a fixture)

pytestmark = mosquitto.needed
STORE = "aurora-tallinn"


class FaultyLog(MemoryLog):
    """Its disk fails to be read now and then."""

    failures = 0

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        if self.failures > 0:
            self.failures -= 1
            raise OSError("input/output error")
        return super().read(after, most, most_bytes)


class Hq:
    """Answers batches and questions on a thread of its own."""

    def __init__(self, at: int) -> None:
        self.ledger = MemoryLedger()
        self._line = Line([("127.0.0.1", at)], name="hq", subscriptions=(topics.UP, topics.ASK))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._line.start()
        next_of(self._line, LineUp)
        self._thread.start()

    def stop(self) -> None:
        self._line.inbox.put(None)
        self._thread.join(timeout=5)
        self._line.stop()

    def _run(self) -> None:
        while (happened := self._line.inbox.get()) is not None:
            if isinstance(happened, Message):
                self._line.publish(topics.down(STORE), encode_answer(self._answer(happened)))

    def _answer(self, message: Message) -> "Receipt | Told":
        if message.topic == topics.ask(STORE):
            question: Question = decode_question(message.payload)
            return Told(id=question.id, body={"asked": question.kind})
        answer = ingest(self.ledger, STORE, message.payload)
        assert isinstance(answer, Receipt)
        return answer


def waits_until(true: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.005)


@contextmanager
def running(folder: Path, at: int, log: MemoryLog) -> Iterator[tuple[BoxSync, Hq, list[Receipt]]]:
    heard: list[Receipt] = []
    outbox = Outbox(log, STORE, now=time.monotonic, wall_ms=lambda: 1, random=Random(1))
    line = box_line([("127.0.0.1", at)], STORE)
    sync = BoxSync(outbox, line, STORE, on_feed=lambda *_: None, on_line=lambda _: None, on_receipt=heard.append)
    hq = Hq(at)
    with mosquitto.running(folder, at):
        hq.start()
        sync.start()
        yield sync, hq, heard
        sync.stop()
        hq.stop()


def append(log: MemoryLog, n: int) -> None:
    log.append(f"{n:032x}", "Fact", 0, "{}")


def test_events_typed_with_the_line_up_are_at_hq_at_once(tmp_path: Path, port: int) -> None:  # noqa: F811
    log = MemoryLog("0f" * 16)
    with running(tmp_path, port, log) as (sync, hq, heard):
        waits_until(lambda: heard)
        for n in range(1, 41):
            append(log, n)
            sync.wake()
            waits_until(lambda n=n: len(hq.ledger.state.applied.get(log.log_id, ())) == n)  # type: ignore[misc]
        waits_until(lambda: heard[-1].n == 40)


def test_a_question_is_answered_on_the_same_line(tmp_path: Path, port: int) -> None:  # noqa: F811
    with running(tmp_path, port, MemoryLog("0f" * 16)) as (sync, _, heard):
        waits_until(lambda: heard)
        assert sync.ask("stock", {"skus": ["1"]}, timeout=20) == {"asked": "stock"}


def test_a_log_that_stumbles_is_tried_again_and_nothing_is_lost(
    tmp_path: Path,
    port: int,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = FaultyLog("0f" * 16)
    with running(tmp_path, port, log) as (sync, hq, heard):
        waits_until(lambda: heard)
        log.failures = 2
        append(log, 1)
        sync.wake()
        waits_until(lambda: hq.ledger.state.applied.get(log.log_id) == log.ids())
    assert "sync stumbled" in caplog.text


def test_a_log_that_stumbles_again_and_again_is_trouble_until_it_is_well(
    tmp_path: Path,
    port: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "STUMBLED", 0.05)
    log = FaultyLog("0f" * 16)
    with running(tmp_path, port, log) as (sync, hq, heard):
        waits_until(lambda: heard)
        assert sync.trouble == ""
        log.failures = 10**9
        append(log, 1)
        sync.wake()
        waits_until(lambda: "input/output error" in sync.trouble)
        log.failures = 0
        waits_until(lambda: hq.ledger.state.applied.get(log.log_id) == log.ids())
        waits_until(lambda: sync.trouble == "")


def test_what_hq_has_in_a_backup_is_forgotten_in_a_quiet_moment(tmp_path: Path, port: int) -> None:  # noqa: F811
    log = MemoryLog("0f" * 16, chunk=10)
    with running(tmp_path, port, log) as (sync, hq, heard):
        for n in range(1, 31):
            append(log, n)
        sync.wake()
        waits_until(lambda: heard and heard[-1].n == 30)
        assert log.cut() == 0
        hq.ledger.backup()
        append(log, 31)
        sync.wake()
        waits_until(lambda: log.cut() == 30)
