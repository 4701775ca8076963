"""Several `tote-hq worker` on one PostgreSQL: real processes that share the shards and are killed."""

import json
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from hq import stores
from hq.cli import main
from hq.config import Config, Database
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from hq.store.state import derived_hash
from sync import topics
from sync.codec import Malformed, Receipt, decode_answer
from sync.ingest import ingest
from sync.line import Line, LineUp, Message
from tests import mosquitto
from tests.hq.boxes import Box, basket_sent, box_of, viewed, yes
from tests.ports import free_port

TOTE_HQ = Path(sys.executable).with_name("tote-hq")
STORES = [f"shop-{number}" for number in range(12)]
PATIENCE = 60.0
"""Seconds, on a busy machine."""
pytestmark = mosquitto.needed


@dataclass
class Fleet:
    """A box per store, on one connection: each sends the next few events when a receipt comes, or again after a while.
    `pause` between looks keeps them from being done before anybody is killed."""

    port: int
    boxes: dict[str, Box]
    marks: dict[str, int] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)

    def run(self, until: Callable[[], bool]) -> None:
        down = tuple(topics.down(store) for store in self.boxes)
        line = Line([("127.0.0.1", self.port)], name="fleet", subscriptions=down)
        line.start()
        assert isinstance(line.inbox.get(timeout=PATIENCE), LineUp)
        deadline = time.monotonic() + PATIENCE
        try:
            while not until():
                assert time.monotonic() < deadline, f"not drained: {self.marks}"
                self._hear(line)
                self._send(line)
        finally:
            line.stop()

    def drained(self) -> bool:
        return all(self.marks.get(store) == len(box.envelopes) for store, box in self.boxes.items())

    def _hear(self, line: Line) -> None:
        with suppress(queue.Empty, Malformed):
            message = line.inbox.get(timeout=0.02)
            if isinstance(message, Message):
                store = topics.store_of(message.topic)
                answer = decode_answer(message.payload)
                assert isinstance(answer, Receipt), answer
                assert answer.n >= self.marks.get(store, 0), "a mark went back"
                self.marks[store] = answer.n
                self.heard.pop(store, None)

    def _send(self, line: Line) -> None:
        now = time.monotonic()
        for store, box in self.boxes.items():
            mark = self.marks.get(store, 0)
            if now >= self.heard.get(store, 0) and mark < len(box.envelopes):
                self.heard[store] = now + 0.5
                line.publish(topics.up(store), box.payload(mark + 1, mark + 4))


@pytest.fixture
def hq(postgresql_url: str, open_it: Callable[..., Hq], tmp_path: Path, port: int) -> Hq:
    hq = open_it(Config(database=Database(url=postgresql_url)))
    with hq.engine.begin() as connection:
        for store in STORES:
            stores.register(connection, store)
    settings = f'[database]\nurl = "{postgresql_url}"\n[broker]\naddress = "127.0.0.1:{port}"\n'
    (tmp_path / "hq" / "hq.toml").write_text(settings)
    return hq


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def broker(tmp_path: Path, port: int) -> Iterator[int]:
    with mosquitto.running(tmp_path, port):
        yield port


Worker = subprocess.Popen[str]


@pytest.fixture
def start(tmp_path: Path, broker: int, hq: Hq) -> Iterator[Callable[[], Worker]]:
    started: list[Worker] = []

    def start() -> Worker:
        """Returns when it holds shards."""
        command = [str(TOTE_HQ), "worker", "--dir", str(tmp_path / "hq")]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        assert started[-1].stdout and json.loads(started[-1].stdout.readline())["ready"]
        return started[-1]

    yield start
    for process in started:
        with process:
            process.kill()


def boxes_of(hq: Hq, events: int) -> dict[str, Box]:
    boxes = {}
    for number, store in enumerate(STORES):
        box = boxes[store] = box_of(hq, store)
        for n in range(events):
            mail = f"person-{(number + n) % 7}@example.com"
            box.append(basket_sent(consents=(yes(),)), mail=mail) if n % 5 == 0 else box.append(viewed())
    return boxes


def state(hq: Hq) -> str:
    with hq.reading() as connection:
        return derived_hash(connection)


def alone(hq: Hq, boxes: dict[str, Box]) -> str:
    """The state of an HQ that took in the same, log by log, in one process."""
    with hq.engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table not in (tables.setting, tables.article):
                connection.execute(table.delete())
    for store, box in boxes.items():
        ingest(ledger_of(hq), store, box.payload())
    return state(hq)


def test_workers_share_the_stores_and_when_some_are_killed_nothing_is_lost_or_applied_twice(
    hq: Hq, broker: int, start: Callable[[], Worker]
) -> None:
    boxes = boxes_of(hq, 60)
    fleet, random = Fleet(broker, boxes), Random(4)
    workers = [start(), start()]
    killed = 0

    def kill_now_and_then() -> bool:
        nonlocal killed
        if killed < 2 and sum(fleet.marks.values()) > 200 * (killed + 1):
            killed += 1
            victim = workers.pop(random.randrange(len(workers)))
            victim.send_signal(signal.SIGKILL)
            workers.append(start())
        return fleet.drained()

    fleet.run(kill_now_and_then)
    assert killed == 2
    with hq.reading() as connection:
        rows = connection.execute(select(tables.event.c.log_id, tables.event.c.id).order_by(tables.event.c.n)).all()
        assert connection.scalar(select(func.count()).select_from(tables.quarantine)) == 0
    for box in boxes.values():
        assert [row.id for row in rows if row.log_id == box.log] == [envelope.id for envelope in box.envelopes]
    together = state(hq)
    assert together == alone(hq, boxes)


def test_the_stores_of_a_killed_worker_are_taken_over_by_the_other(
    hq: Hq, broker: int, start: Callable[[], Worker]
) -> None:
    first = start()
    start()
    fleet = Fleet(broker, boxes_of(hq, 8))
    first.send_signal(signal.SIGKILL)
    fleet.run(fleet.drained)


def test_the_service_and_a_worker_work_side_by_side(
    hq: Hq, broker: int, start: Callable[[], Worker], tmp_path: Path
) -> None:
    start()
    command = [str(TOTE_HQ), "run", "--dir", str(tmp_path / "hq"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout and json.loads(service.stdout.readline())["ready"]
        fleet = Fleet(broker, boxes_of(hq, 12))
        fleet.run(fleet.drained)
        service.terminate()
        assert service.wait(timeout=20) == 0


def test_a_worker_ends_cleanly_when_it_is_told_to(start: Callable[[], Worker]) -> None:
    worker = start()
    worker.terminate()
    assert worker.wait(timeout=20) == 0


def test_a_worker_refuses_sqlite_and_a_missing_broker(
    tmp_path: Path, open_it: Callable[..., Hq], capsys: pytest.CaptureFixture[str]
) -> None:
    open_it()
    assert main(["worker", "--dir", str(tmp_path / "hq")]) == 2
    assert "On SQLite `tote-hq run` takes in everything" in capsys.readouterr().err
    (tmp_path / "hq" / "hq.toml").write_text('[database]\nurl = "postgresql+psycopg://nobody@127.0.0.1:9/none"\n')
    assert main(["worker", "--dir", str(tmp_path / "hq")]) == 2
    assert "--broker" in capsys.readouterr().err
