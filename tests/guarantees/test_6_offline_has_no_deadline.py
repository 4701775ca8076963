"""Guarantee 6: offline has no deadline. Disk is the only bound, memory does not grow with the backlog; a full disk is a
clear state in which what was acknowledged goes out all the same."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from edge.domain.events import VisitEnded
from edge.store import Database, EventLog, StorageFullError
from sync.codec import decode_batch, encode_answer
from sync.ingest import ingest
from sync.outbox import Outbox
from sync.simulator import MemoryLedger

STORE = "aurora-tallinn"
BACKLOG = 20_000
MEMORY = 8
"""Megabytes that draining it may take."""

DRAIN = """
import re, sys
from pathlib import Path
from random import Random
from edge.store import Database, EventLog
from sync.codec import Receipt, decode_batch, encode_answer
from sync.outbox import Outbox

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

with Database(Path(sys.argv[1])) as database:
    log = EventLog(database)
    clock = iter(range(10**9))
    outbox = Outbox(log, "aurora-tallinn", now=lambda: next(clock) / 100, wall_ms=lambda: 1, random=Random(1))
    outbox.line_up()
    hoard, before = [], None
    while (payload := outbox.take()) is not None:
        before = before or peak()
        if sys.argv[2] == "hoard" and not hoard:
            hoard = log.read(0, 10**9, 10**12)[0]
        batch = decode_batch(payload)
        n = batch.first + len(batch.events) - 1
        outbox.hear(encode_answer(Receipt(log=batch.log, n=n, hash=batch.hash, instance="hq", epoch=1)))
    assert log.receipt().n == log.head(), (log.receipt(), log.head())
    print(log.head(), before, peak())
"""


@pytest.fixture(scope="module")
def backlog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The log of a week without a line."""
    path = tmp_path_factory.mktemp("offline") / "store.db"
    with Database(path) as database:
        log = EventLog(database)
        random = Random(1)
        for _ in range(BACKLOG // 1000):
            database.write(lambda db: [_append(db, log, random) for _ in range(1000)])
    yield path


def _append(db: object, log: EventLog, random: Random) -> None:
    event_id = f"{random.getrandbits(128):032x}"
    log.append(db, VisitEnded(visit=event_id, station="wall", reason="idle"), event_id=event_id, at=1)  # type: ignore[arg-type]


def drained(path: Path, how: str) -> tuple[int, float]:
    """Events, and megabytes that draining them added to the process's peak after the first batch."""
    command = [sys.executable, "-c", DRAIN, str(path), how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    head, before, peak = done.stdout.split()
    return int(head), float(peak) - float(before)


def test_memory_does_not_grow_with_the_backlog(backlog: Path) -> None:
    events, grew = drained(backlog, "window")
    assert events == BACKLOG
    assert grew < MEMORY, f"draining {events} events took {grew:.0f} MB"


def test_control_a_box_that_reads_its_backlog_at_once_is_caught_growing(backlog: Path) -> None:
    """The same process, but with the whole backlog in a list."""
    _, grew = drained(backlog, "hoard")
    assert grew > MEMORY, f"a hoard of {BACKLOG} events took only {grew:.0f} MB"


def test_after_months_offline_the_outbox_is_as_ready_as_after_a_second(tmp_path: Path) -> None:
    """No age, no count and no number of failed tries makes an event go away."""
    clock, ledger = [0.0], MemoryLedger()
    with Database(tmp_path / "store.db") as database:
        log, random = EventLog(database), Random(1)
        outbox = Outbox(log, STORE, now=lambda: clock[0], wall_ms=lambda: 1, random=Random(1))
        database.write(lambda db: [_append(db, log, random) for _ in range(50)])
        for _ in range(200):
            outbox.line_up()
            assert decode_batch(outbox.take() or b"").events, "it is sent at each connect"
            clock[0] += 86_400.0
            outbox.line_down()
        outbox.line_up()
        while (payload := outbox.take()) is not None:
            outbox.hear(encode_answer(ingest(ledger, STORE, payload)))
        assert len(ledger.state.applied[log.log_id]) == 50


def test_a_full_disk_is_a_clear_state_and_what_was_acknowledged_goes_out(tmp_path: Path) -> None:
    """The database may not grow any more: appending says so in words, and everything before it reaches HQ."""
    ledger = MemoryLedger()
    with Database(tmp_path / "store.db") as database:
        log, random = EventLog(database), Random(1)
        acknowledged = 0
        database.write(lambda db: db.conn.execute(f"PRAGMA max_page_count = {_pages(tmp_path) + 4}").fetchall())
        with pytest.raises(StorageFullError, match="full"):
            while True:
                database.write(lambda db: _append(db, log, random))
                acknowledged += 1
        assert 0 < acknowledged == log.head()
        outbox = Outbox(log, STORE, now=lambda: 0.0, wall_ms=lambda: 1, random=Random(1))
        outbox.line_up()
        while (payload := outbox.take()) is not None:
            outbox.hear(encode_answer(ingest(ledger, STORE, payload)))
        assert len(ledger.state.applied[log.log_id]) == acknowledged


def _pages(folder: Path) -> int:
    with sqlite3.connect(folder / "store.db") as reader:
        return int(reader.execute("PRAGMA page_count").fetchone()[0])
