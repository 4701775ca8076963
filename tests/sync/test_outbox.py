"""All lives of a log: the present one goes out, past ones are asked about and refill a restored HQ."""

from random import Random

import pytest

from sync.codec import Batch, Receipt, Told, decode_batch, encode_answer
from sync.ingest import ingest
from sync.outbox import Outbox
from sync.simulator import MemoryLedger, MemoryLog
from sync.simulator_log import OneLife, PastLife


class Box:
    """An outbox that speaks to an HQ in memory, with a clock that stands until moved."""

    def __init__(self, hq: MemoryLedger, log: MemoryLog | None = None) -> None:
        self.hq, self.clock = hq, 0.0
        self.log = log or MemoryLog("0f" * 16)
        self.outbox = Outbox(self.log, "shop", now=lambda: self.clock, wall_ms=lambda: 0, random=Random(1))
        self.outbox.line_up()

    def append(self, events: int, mark: str) -> list[str]:
        ids = [f"{mark}{n:031x}" for n in range(events)]
        for event_id in ids:
            self.log.append(event_id, "Fact", 0, "{}")
        return ids

    def talk(self) -> list[Batch]:
        """Until nothing more is to be said."""
        sent = []
        while payload := self.outbox.take():
            sent.append(decode_batch(payload))
            self.outbox.hear(encode_answer(ingest(self.hq, "shop", payload)))
        return sent

    @property
    def held(self) -> set[str]:
        return set(self.hq.state.seen)


def clone(hq: MemoryLedger) -> tuple[Box, Box]:
    """A card that was copied: both went on, one was faster."""
    one = Box(hq)
    one.append(5, "a")
    one.talk()
    other = Box(hq, one.log.copy())
    one.append(3, "b")
    one.talk()
    return one, other


def test_a_clone_finds_its_own_log_and_nothing_of_either_branch_is_lost() -> None:
    one, other = clone(MemoryLedger())
    first = one.log.log_id
    ids = other.append(2, "c")
    other.talk()
    assert (other.outbox.state.forked_at, other.outbox.state.forked_log) == (6, first)
    assert other.log.log_id != first == one.log.log_id
    assert set(ids) | set(one.log.ids()) <= other.held
    assert other.outbox.drained and one.outbox.state.forks == 0


def test_a_restored_hq_is_refilled_from_the_past_lives_too() -> None:
    hq = MemoryLedger()
    hq.backup()
    one, other = clone(hq)
    other.append(2, "c")
    other.talk()
    before = other.held
    hq.restore()
    other.append(1, "d")
    other.talk()
    one.outbox.line_up()
    one.talk()
    assert before < other.held


def test_a_past_life_that_a_restored_hq_has_from_a_faster_clone_is_appended_again() -> None:
    """HQ is restored to before both; a third box goes on with other events under the old log's numbers."""
    hq = MemoryLedger()
    hq.backup()
    one = Box(hq)
    third = Box(hq, one.log.copy())
    one.append(5, "a")
    one.talk()
    other = Box(hq, one.log.copy())
    one.append(3, "b")
    one.talk()
    ids = other.append(2, "c")
    other.talk()
    hq.restore()
    third.append(9, "e")
    third.talk()
    other.outbox.line_up()
    other.talk()
    assert {*ids, *(f"a{n:031x}" for n in range(5))} <= other.held
    assert not other.log.past()


def test_the_present_goes_on_while_a_past_life_is_asked_about() -> None:
    _, other = clone(MemoryLedger())
    other.append(2, "c")
    other.talk()
    other.outbox.line_down()
    other.outbox.line_up()
    past, present = (decode_batch(payload) for payload in (other.outbox.take() or b"", other.outbox.take() or b""))
    assert (past.log, past.events) == (other.log.past()[0].log_id, [])
    assert present.log == other.log.log_id


def test_what_lies_in_a_backup_is_forgotten_in_all_lives() -> None:
    hq = MemoryLedger()
    _, other = clone(hq)
    other.append(2, "c")
    other.talk()
    hq.backup()
    other.outbox.line_up()
    other.talk()
    while other.outbox.trim():
        pass
    assert other.log.past() == [] and other.log.cut() == other.log.head()
    assert other.outbox.drained


def test_only_a_believed_receipt_and_an_answer_to_a_question_are_handed_on() -> None:
    box = Box(MemoryLedger())
    box.append(1, "a")
    payload = box.outbox.take() or b""
    receipt = ingest(box.hq, "shop", payload)
    assert isinstance(receipt, Receipt)
    assert box.outbox.hear(encode_answer(receipt)) == receipt
    lie = Receipt(log=box.log.log_id, n=1, hash="ab" * 32, instance="hq", epoch=1)
    assert box.outbox.hear(encode_answer(lie)) is None
    assert box.outbox.hear(b"{") is None
    told = Told(id="77" * 16, body={"stock": []})
    assert box.outbox.hear(encode_answer(told)) == told


def test_an_hq_that_was_put_back_without_a_new_epoch_gets_what_there_is() -> None:
    """Its machine was rolled back, by a tool that knows nothing of epochs, behind what the box has forgotten."""
    hq = MemoryLedger()
    box = Box(hq)
    for mark in "ab":
        box.append(5, mark)
        box.talk()
        hq.backup()
    box.append(1, "c")
    box.talk()
    while box.outbox.trim():
        pass
    assert box.log.cut() == 10
    hq.restore(older=1)
    hq.epoch -= 1
    ids = box.append(2, "d")
    box.outbox.line_up()
    box.talk()
    assert box.outbox.drained and set(ids) < box.held
    assert hq.state.gaps == [(box.log.log_id, 5, 11)]


class Faults:
    """How often a past life can't be looked at yet."""

    def __init__(self, left: int) -> None:
        self.left = left

    def look(self) -> None:
        if self.left > 0:
            self.left -= 1
            raise LookupError("log ends before event 27")


def with_a_broken_past(monkeypatch: pytest.MonkeyPatch, times: int) -> tuple[Box, Faults]:
    _, other = clone(MemoryLedger())
    other.append(2, "c")
    other.talk()
    faults = Faults(times)

    def hash_of(past: PastLife, n: int) -> str | None:
        faults.look()
        return OneLife.hash_of(past, n)

    monkeypatch.setattr(PastLife, "hash_of", hash_of)
    other.outbox.line_down()
    other.outbox.line_up()
    return other, faults


def test_a_broken_past_life_holds_up_nothing_and_becomes_trouble_when_it_stays_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, faults = with_a_broken_past(monkeypatch, 10**9)
    for mark in "def":
        box.clock += 100
        ids = box.append(2, mark)
        box.talk()
        assert set(ids) <= box.held, "the present goes on"
    assert not box.outbox.drained
    assert box.log.past()[0].log_id in box.outbox.trouble and "ends before event 27" in box.outbox.trouble
    tries = 10**9 - faults.left
    wait = box.outbox.wait()
    assert tries < 10 and wait is not None and wait > 1, "it is tried ever more rarely"


def test_a_past_life_that_is_well_again_is_no_trouble_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    box, faults = with_a_broken_past(monkeypatch, 4)
    for _ in range(8):
        box.talk()
        box.clock += 100
    assert faults.left == 0
    assert box.outbox.drained and box.outbox.trouble == ""


def test_a_past_life_that_stumbles_once_is_begun_anew_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    box, _ = with_a_broken_past(monkeypatch, 1)
    box.talk()
    assert box.outbox.drained and box.outbox.trouble == ""
