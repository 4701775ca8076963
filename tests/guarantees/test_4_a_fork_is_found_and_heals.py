"""Guarantee 4: copied cards, rolled back databases and torn logs are noticed, and nothing of either branch is lost.

Real databases of boxes, the real sender, HQ's real ingest on SQLite; only the line is a loop on one thread, which gives
what HQ says of a store to every box that speaks for it, as the down topic does.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlalchemy import func, select

from edge.domain.events import KINDS, LogOpened, VisitStarted
from edge.store import DamagedError, Database, EventLog
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync import ingest as ingesting
from sync.codec import Answer, Receipt, encode_answer
from sync.ingest import ingest
from sync.outbox import Outbox
from tests.hq.boxes import NOW, STORE
from tests.hq.conftest import clock, hq, ledger, open_it  # noqa: F401  (fixtures)

HERE = "os:here"
WAL_HEADER, FRAME = 32, 4096 + 24


class Box:
    """`machine` is what it says it is: copies on one kind of hardware may say the same."""

    def __init__(self, path: Path, machine: str = HERE) -> None:
        self.path, self._time = path, 0.0
        self.database = Database(path)
        self.log = EventLog(self.database, machine, now=lambda: NOW)
        self.outbox = Outbox(
            self.log,
            STORE,
            now=self._clock,
            wall_ms=lambda: NOW,
            random=Random(4),
        )

    def _clock(self) -> float:
        self._time += 0.05  # every look at the clock is a little later: nothing waits for ever
        return self._time

    def append(self, *numbers: int) -> None:
        for i in numbers:
            event = VisitStarted(visit=f"{i:032x}", station="wall", language="en")
            self.database.write(lambda db, e=event, i=i: self.log.append(db, e, event_id=f"{i:032x}", at=NOW))  # type: ignore[misc]

    def drained(self) -> bool:
        kept = self.log.receipt()
        return kept is not None and kept.n == self.log.head()

    def close(self) -> None:
        self.database.close()

    def ends(self) -> list[tuple[str, str, int]]:
        """(log, why, first diverging number) of every life before."""
        return [
            (verdict.ended.log, verdict.ended.why, verdict.ended.forked_at)
            for verdict in self.log.verify()
            if verdict.ended
        ]


@dataclass
class Line:
    """`heard` is what a box makes of an answer before it takes it to heart: nothing, but in the control."""

    ledger: SqlLedger
    heard: Callable[[Box, Answer], Answer] = lambda box, answer: answer
    opened: list[Box] = field(default_factory=list)

    def box(self, path: Path, machine: str = HERE) -> Box:
        self.opened.append(Box(path, machine))
        return self.opened[-1]

    def drain(self, *boxes: Box, rounds: int = 400) -> None:
        """All of them send until HQ has everything."""
        for box in boxes:
            box.outbox.line_up()
        for _ in range(rounds):
            for box in boxes:
                self._pump(box, boxes)
            if all(box.drained() for box in boxes):
                break
        else:
            raise AssertionError("not drained")

    def _pump(self, box: Box, boxes: Sequence[Box]) -> None:
        for _ in range(10):
            try:
                payload = box.outbox.take()
            except DamagedError:  # as `sync.service` does after any trouble: from the last receipt on
                return box.outbox.line_up()
            if payload is None:
                return None
            answer = ingest(self.ledger, STORE, payload)
            for other in boxes:
                other.outbox.hear(encode_answer(self.heard(other, answer)))
        return None


@pytest.fixture
def line(ledger: SqlLedger) -> Iterator[Line]:  # noqa: F811
    line = Line(ledger)
    yield line
    for box in line.opened:
        box.close()


def at_hq(hq: Hq) -> list[int]:  # noqa: F811
    """The events HQ has applied, by the number in their id, each as often as it was."""
    with hq.engine.connect() as connection:
        event = tables.event.c
        assert connection.scalar(select(func.count()).select_from(tables.quarantine)) == 0
        return sorted(
            int(i, 16) for i in connection.scalars(select(event.id).where(event.kind == VisitStarted.__name__))
        )


def forks_at_hq(hq: Hq) -> list[tuple[str, int, str | None]]:  # noqa: F811
    """(log, first diverging number, the log that goes on)."""
    with hq.engine.connect() as connection:
        fork = tables.fork.c
        return [tuple(row) for row in connection.execute(select(fork.log_id, fork.n, fork.healed_by).order_by(fork.n))]


def numbers(*parts: range) -> list[int]:
    return sorted(i for part in parts for i in part)


def healed(box: Box, hq: Hq, old: str, n: int, why: str = "fork") -> None:  # noqa: F811
    """The first diverging number is named on the box and at HQ, and the box goes on under another id."""
    assert box.ends() == [(old, why, n)]
    assert box.log.log_id != old and all(verdict.first_broken is None for verdict in box.log.verify())
    (first,), _ = box.log.read(0, 1, 2**20)
    said = msgspec.json.decode(first.body, type=KINDS[first.kind])
    assert said == LogOpened(previous=old, forked_at=n, why=why)  # type: ignore[arg-type]
    assert forks_at_hq(hq) == ([(old, n, box.log.log_id)] if why == "fork" else [])


def copied(box: Box, to: Path) -> Path:
    """A card is copied with the box switched off."""
    box.close()
    shutil.copy(box.path, to)
    return to


def test_of_a_copied_card_both_branches_are_at_hq_once(line: Line, hq: Hq, tmp_path: Path) -> None:  # noqa: F811
    original = line.box(tmp_path / "one.db")
    original.append(*range(1, 16))
    line.drain(original)
    original.append(*range(16, 21))
    copy = line.box(copied(original, tmp_path / "two.db"))
    original = line.box(tmp_path / "one.db")
    old = original.log.log_id
    original.append(*range(21, 26))
    line.drain(original)
    copy.append(*range(121, 133))
    line.drain(copy)
    healed(copy, hq, old, 21)
    original.append(26, 27)
    copy.append(133)
    line.drain(original, copy)
    assert at_hq(hq) == numbers(range(1, 28), range(121, 134))
    assert original.log.log_id == old and original.ends() == []


def test_of_a_copied_card_that_sends_at_the_same_time_as_its_original_too(line: Line, hq: Hq, tmp_path: Path) -> None:  # noqa: F811
    original = line.box(tmp_path / "one.db")
    original.append(*range(1, 4))
    copy = line.box(copied(original, tmp_path / "two.db"))
    original = line.box(tmp_path / "one.db")
    for i in range(10):
        original.append(10 + i)
        copy.append(110 + i)
        line.drain(original, copy)
    assert at_hq(hq) == numbers(range(1, 4), range(10, 20), range(110, 120))
    assert sorted(len(box.ends()) for box in (original, copy)) == [0, 1], "though both hear what HQ says"
    assert original.log.log_id != copy.log.log_id


def test_a_copied_card_in_another_machine_needs_no_hq_to_notice(line: Line, hq: Hq, tmp_path: Path) -> None:  # noqa: F811
    original = line.box(tmp_path / "one.db")
    original.append(*range(1, 11))
    line.drain(original)
    original.append(11)
    copy = line.box(copied(original, tmp_path / "two.db"), machine="os:there")
    original = line.box(tmp_path / "one.db")
    original.append(*range(12, 15))
    copy.append(112)
    line.drain(original, copy)
    healed(copy, hq, original.log.log_id, 11, "machine")
    assert at_hq(hq) == numbers(range(1, 15), range(112, 113))


@pytest.mark.parametrize("more", [0, 1, 5, 40], ids=lambda more: f"{more} since")
def test_a_database_that_was_rolled_back_goes_on_with_what_it_recorded_since(
    line: Line,
    hq: Hq,  # noqa: F811
    tmp_path: Path,
    more: int,
) -> None:
    box = line.box(tmp_path / "box.db")
    box.append(*range(1, 11))
    line.drain(box)
    backup = copied(box, tmp_path / "backup.db")
    box = line.box(tmp_path / "box.db")
    old = box.log.log_id
    box.append(*range(11, 26))
    line.drain(box)
    box.close()
    shutil.copy(backup, tmp_path / "box.db")
    box = line.box(tmp_path / "box.db")
    box.append(*range(101, 101 + more))
    line.drain(box)
    assert box.ends() == [(old, "fork", 11)]
    assert box.log.log_id != old
    assert [(log, n) for log, n, _ in forks_at_hq(hq)] == [(old, 11)]
    box.append(200)
    line.drain(box)
    assert at_hq(hq) == numbers(range(1, 26), range(101, 101 + more), range(200, 201))


def test_a_torn_wal_opens_clean_but_shorter_and_hq_notices(line: Line, hq: Hq, tmp_path: Path) -> None:  # noqa: F811
    box = line.box(tmp_path / "box.db")
    log = Path(f"{box.path}-wal")
    schema = (log.stat().st_size - WAL_HEADER) // FRAME
    box.append(*range(1, 31))
    line.drain(box)
    old = box.log.log_id
    torn = tmp_path / "torn.db"
    shutil.copy(box.path, torn)
    wal = log.read_bytes()
    frames = (len(wal) - WAL_HEADER) // FRAME
    Path(f"{torn}-wal").write_bytes(wal[: WAL_HEADER + FRAME * ((schema + frames) // 2) + FRAME // 3])
    box.close()
    box = line.box(torn)
    head = box.log.head()
    assert 0 < head < 30 and box.log.first_broken() is None, "SQLite finds nothing wrong with it"
    box.append(101, 102)
    line.drain(box)
    assert box.ends() == [(old, "fork", head + 1)]
    assert [(log, n) for log, n, _ in forks_at_hq(hq)] == [(old, head + 1)]
    assert at_hq(hq) == numbers(range(1, 31), range(101, 103))


@pytest.mark.parametrize("restarted", [True, False])
def test_behind_a_damaged_event_the_log_goes_on_and_hq_gets_what_is_sound(
    line: Line,
    hq: Hq,  # noqa: F811
    tmp_path: Path,
    restarted: bool,
) -> None:
    box = line.box(tmp_path / "box.db")
    box.append(*range(1, 6))
    line.drain(box)
    box.append(*range(6, 16))
    old = box.log.log_id
    box.database.write(lambda db: db.conn.execute("UPDATE event SET body = replace(body, 'en', 'de') WHERE n = 9"))
    if restarted:
        box.close()
        box = line.box(tmp_path / "box.db")
    line.drain(box)
    box.append(16)
    line.drain(box)
    assert box.ends() == [(old, "damage", 9)]
    assert [verdict.ended.left_out for verdict in box.log.verify() if verdict.ended] == [(9,)]
    assert at_hq(hq) == [i for i in range(1, 17) if i != 9]


def test_damage_at_the_end_of_a_past_life_stops_nothing(line: Line, hq: Hq, tmp_path: Path) -> None:  # noqa: F811
    """It ends earlier then than what its uplink believed so far."""
    box = line.box(tmp_path / "store.db")
    box.append(*range(1, 21))
    line.drain(box)
    box.append(*range(21, 31))
    box.log.forked(21)
    line.drain(box)
    box.database.write(lambda db: db.conn.execute("DELETE FROM event WHERE life = 1 AND n = 20"))
    for i in (31, 32):
        box.append(i)
        line.drain(box)
    assert at_hq(hq) == list(range(1, 33))
    assert [past.head() for past in box.log.past()] == [19]


def test_control_where_hashes_are_not_compared_a_branch_is_lost_and_nobody_notices(
    line: Line,
    hq: Hq,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbers alone, as outboxes without a chain have them."""

    def whatever(box: Box, answer: Answer) -> Answer:
        own = box.log.hash_of(answer.n) if isinstance(answer, Receipt) else None
        return msgspec.structs.replace(answer, hash=own) if own else answer

    monkeypatch.setattr(ingesting, "_fork", lambda *args: None)
    line.heard = whatever
    original = line.box(tmp_path / "one.db")
    original.append(*range(1, 21))
    copy = line.box(copied(original, tmp_path / "two.db"))
    original = line.box(tmp_path / "one.db")
    original.append(*range(21, 26))
    line.drain(original)
    copy.append(*range(121, 133))
    line.drain(copy)
    assert copy.ends() == [] and forks_at_hq(hq) == []
    assert set(range(121, 133)) - set(at_hq(hq)) == set(range(121, 126))
