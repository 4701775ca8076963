"""The box's side alone: what it sends, what it believes, and what it does when nothing comes back."""

from random import Random

import msgspec
from msgspec import UNSET

from sync.codec import Batch, Fork, Receipt, Refused, decode_batch, encode_answer
from sync.flights import AT_LEAST, PATIENCE, WINDOW
from sync.outlog import NoRoom
from sync.simulator import MemoryLog
from sync.uplink import ASK_EVERY, Uplink


class Box:
    """An uplink over a log of `events` events, with a clock that stands until moved."""

    def __init__(self, events: int) -> None:
        self.clock = 0.0
        self.log = MemoryLog("0f" * 16)
        self.append(events)
        self.uplink = Uplink(self.log, "shop", now=lambda: self.clock, wall_ms=lambda: 0, random=Random(1))
        self.uplink.line_up()

    def append(self, events: int) -> None:
        for _ in range(events):
            self.log.append(f"{self.log.head() + 1:032x}", "Fact", 0, "{}")

    def sent(self) -> list[Batch]:
        batches = []
        while payload := self.uplink.take():
            batches.append(decode_batch(payload))
        return batches

    def hear(self, n: int, **changes: object) -> None:
        receipt = Receipt(log=self.log.log_id, n=n, hash=self.log.hash_of(n) or "", instance="hq", epoch=1)
        self.uplink.hear(encode_answer(msgspec.structs.replace(receipt, **changes)))

    def fork(self, n: int) -> None:
        self.uplink.hear(encode_answer(Fork(log=self.log.log_id, n=n, hash="00" * 32)))

    @property
    def confirmed(self) -> int:
        receipt = self.log.receipt()
        return receipt.n if receipt else 0


def test_an_event_is_gone_from_the_outbox_only_after_hqs_receipt() -> None:
    """Guarantee 1: sending, and being connected, confirm nothing."""
    box = Box(events=3)
    assert [len(batch.events) for batch in box.sent()] == [3]
    assert box.confirmed == 0
    box.uplink.line_down()
    box.uplink.line_up()
    assert [batch.first for batch in box.sent()] == [1]
    box.hear(3)
    assert box.confirmed == 3
    assert box.sent() == []


def test_a_receipt_with_another_hash_is_not_believed() -> None:
    box = Box(events=3)
    box.sent()
    box.hear(2, hash="ab" * 32)
    assert (box.confirmed, box.uplink.state.forked_at) == (0, None)
    assert [batch.first for batch in box.sent()] == [1], "HQ is asked again before anything is concluded"
    box.hear(2, hash="ab" * 32)
    assert (box.confirmed, box.uplink.state.forked_at) == (0, 2)


def test_one_false_receipt_does_not_stop_the_sending() -> None:
    box = Box(events=3)
    box.sent()
    box.hear(2**62, hash="ab" * 32)
    box.sent()
    box.hear(3)
    box.hear(2**62, hash="ab" * 32)
    box.append(1)
    assert [batch.first for batch in box.sent()] == [4]
    assert box.uplink.state.forked_at is None


def test_a_mark_beyond_the_head_is_a_fork_and_what_hq_lacks_goes_out_under_a_new_log() -> None:
    """A database that was rolled back: HQ has more of this log than the box itself."""
    box = Box(events=3)
    first = box.log.log_id
    box.sent()
    box.hear(2)
    box.hear(9, hash="ab" * 32)
    assert [batch.first for batch in box.sent()] == [3]
    box.hear(9, hash="ab" * 32)
    assert (box.uplink.state.forked_at, box.uplink.state.forked_log) == (4, first)
    box.append(1)
    (batch,) = box.sent()
    assert (batch.log, batch.first) == (box.log.log_id, 1) and batch.log != first
    assert [(event.kind, event.origin) for event in batch.events] == [
        ("LogOpened", None),
        ("Fact", f"{first}:3"),
        ("Fact", None),
    ]


def test_a_fork_found_at_hq_is_named_by_its_first_number() -> None:
    """Several batches are in flight, and the answer to a later one may come first."""
    box = Box(events=1100)
    first = box.log.log_id
    box.sent()
    box.fork(1001)
    assert [batch.first for batch in box.sent()] == [1], "one batch in flight, from the last receipt on"
    box.fork(1001)
    assert box.log.log_id == first
    box.fork(400)
    assert (box.uplink.state.forked_at, box.uplink.state.forked_log) == (400, first)
    assert box.log.head() == 1101
    assert [batch.first for batch in box.sent()] == [1, 501], "the small rest waits for an answer"


def test_a_fork_that_hq_told_to_a_clone_is_not_ours() -> None:
    """Boxes that bear one store's name hear each other's answers."""
    box = Box(events=3)
    box.sent()
    box.uplink.hear(encode_answer(Fork(log=box.log.log_id, n=2, hash=box.log.hash_of(2) or "")))
    box.uplink.hear(encode_answer(Fork(log=box.log.log_id, n=7, hash="00" * 32)))
    assert box.uplink.state.forks == 0


def test_a_box_that_has_forgotten_what_hq_lacks_says_so() -> None:
    """HQ came back from a backup that is older than what boxes were allowed to forget."""
    box = Box(events=5)
    box.sent()
    box.hear(5, trim_to=4)
    assert box.log.trim()
    box.append(1)
    box.hear(2, epoch=2)
    (batch,) = box.sent()
    assert (batch.first, batch.prev, batch.cut) == (5, box.log.hash_of(4), True)
    box.hear(6, epoch=2)
    box.append(1)
    (batch,) = box.sent()
    assert (batch.first, batch.cut) == (7, UNSET)


def test_a_receipt_from_before_a_restore_that_is_known_changes_nothing() -> None:
    box = Box(events=5)
    box.sent()
    box.hear(5)
    box.hear(2, epoch=2)
    box.hear(5)
    assert box.confirmed == 2
    assert [batch.first for batch in box.sent()] == [3]


def test_a_receipt_for_another_log_changes_nothing() -> None:
    box = Box(events=3)
    box.hear(3, log="ee" * 16)
    assert box.confirmed == 0


def test_the_first_batch_after_a_connect_asks_for_the_mark_even_when_empty() -> None:
    box = Box(events=0)
    (asking,) = box.sent()
    assert (asking.first, asking.events) == (1, [])


def test_no_more_than_a_window_is_in_flight() -> None:
    box = Box(events=500 * (WINDOW + 3))
    assert len(box.sent()) == WINDOW
    box.hear(500)
    assert [batch.first for batch in box.sent()] == [500 * WINDOW + 1]


def test_a_small_batch_waits_for_the_answer_to_the_last_one() -> None:
    """Single events go at once while nothing is in flight, and gather while something is."""
    box = Box(events=0)
    box.sent()
    box.hear(0, hash="0" * 64)
    box.append(1)
    assert [batch.first for batch in box.sent()] == [1]
    box.append(1)
    box.append(1)
    assert box.sent() == []
    box.hear(1)
    assert [(batch.first, len(batch.events)) for batch in box.sent()] == [(2, 2)]


def test_without_a_receipt_the_window_is_sent_again_later_and_later() -> None:
    box = Box(events=2)
    box.sent()
    waits = []
    for _ in range(6):
        wait = box.uplink.wait()
        assert wait is not None and box.sent() == []
        waits.append(wait)
        box.clock += wait
        assert [batch.first for batch in box.sent()] == [1]
    assert AT_LEAST <= waits[0] <= AT_LEAST + PATIENCE
    assert max(waits) > AT_LEAST + 2 * PATIENCE


def test_receipts_are_believed_at_once_but_written_rarely_while_a_backlog_drains() -> None:
    last = 500 * (WINDOW + 1)
    box = Box(events=last)
    kept: list[int] = []
    box.log.keep = lambda receipt: kept.append(receipt.n)  # type: ignore[method-assign]
    box.sent()
    for n in (500, 1000, 1500):
        box.hear(n)
    assert (box.sent()[-1].first, kept) == (last - 499, [500])
    box.clock += box.uplink.wait() or 0
    box.sent()
    box.hear(last)
    assert kept == [500, 1500, last]


def test_a_silent_box_asks_for_the_mark_now_and_then() -> None:
    """So it learns that HQ was restored meanwhile, and fills it."""
    box = Box(events=3)
    box.sent()
    box.hear(3)
    wait = box.uplink.wait()
    assert wait is not None and wait <= ASK_EVERY
    box.clock += wait
    (asking,) = box.sent()
    assert (asking.first, asking.events) == (4, [])
    box.hear(1, epoch=2, rewind=True)
    assert [batch.first for batch in box.sent()] == [2]


def test_a_gap_rewinds_once() -> None:
    box = Box(events=1500)
    assert [batch.first for batch in box.sent()] == [1, 501, 1001]
    box.hear(500)
    box.hear(500, rewind=True)
    box.hear(500, rewind=True)
    assert [batch.first for batch in box.sent()] == [501, 1001]


def test_an_hq_in_another_life_is_refilled_from_its_mark() -> None:
    box = Box(events=5)
    box.sent()
    box.hear(5)
    box.hear(2, epoch=2)
    assert [batch.first for batch in box.sent()] == [3]
    assert box.confirmed == 2


def test_an_old_receipt_that_comes_late_changes_nothing() -> None:
    box = Box(events=5)
    box.sent()
    box.hear(5)
    box.hear(2)
    assert box.confirmed == 5
    assert box.sent() == []


def test_a_refusal_is_kept_for_the_staff_and_goes_with_the_next_receipt() -> None:
    box = Box(events=1)
    box.sent()
    box.uplink.hear(encode_answer(Refused(log=box.log.log_id, reason="store 'shop' is not known here")))
    assert "not known" in box.uplink.state.refused
    box.hear(1)
    assert box.uplink.state.refused == ""


def test_garbage_on_the_line_is_dropped() -> None:
    box = Box(events=1)
    for garbage in (b"", b"{", b"null", b"\xff" * 40, b'{"type":"receipt"}'):
        box.uplink.hear(garbage)
    assert box.confirmed == 0


class FullLog(MemoryLog):
    """No receipt can be written while its disk is full."""

    full = True

    def keep(self, receipt: Receipt) -> None:
        if self.full:
            raise NoRoom
        super().keep(receipt)


def test_on_a_full_disk_everything_goes_out_and_the_receipt_is_written_once_there_is_room() -> None:
    box = Box(events=0)
    box.log = FullLog("0f" * 16)
    box.append(1_200)
    box.uplink = Uplink(box.log, "shop", now=lambda: box.clock, wall_ms=lambda: 0, random=Random(1))
    box.uplink.line_up()
    assert [batch.first for batch in box.sent()] == [1, 501]
    box.hear(500)
    box.clock += 1
    box.hear(1_000)
    assert [batch.first for batch in box.sent()] == [1_001]
    box.hear(1_200)
    assert box.uplink.drained and box.log.receipt() is None
    box.log.full = False
    box.clock += 1
    assert box.sent() == [] and box.confirmed == 1_200
