"""The box's side alone: what it sends, what it believes, and what it does when nothing comes back."""

from random import Random

import msgspec

from sync.codec import Batch, Fork, Receipt, Refused, decode_batch, encode_answer
from sync.simulator import MemoryLog
from sync.uplink import OVERDUE, WINDOW, Uplink


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
    assert [batch.first for batch in box.sent()] == [1], "HQ is asked again before anything stops"
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


def test_a_mark_beyond_the_head_is_a_fork_and_sending_stops() -> None:
    box = Box(events=3)
    box.sent()
    box.hear(3)
    box.hear(9, hash="ab" * 32)
    assert [batch.events for batch in box.sent()] == [[]]
    box.hear(9, hash="ab" * 32)
    assert box.uplink.state.forked_at == 4
    box.append(1)
    assert box.sent() == []


def test_a_fork_found_at_hq_is_named_and_leaves_nothing_to_wait_for() -> None:
    box = Box(events=3)
    box.sent()
    box.uplink.hear(encode_answer(Fork(log=box.log.log_id, n=2, hash="00" * 32)))
    assert box.uplink.state.forked_at == 2
    assert box.uplink.wait() is None, "a deadline that nothing meets would spin the sync thread"


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


def test_without_a_receipt_the_window_is_sent_again_later_and_later() -> None:
    box = Box(events=2)
    box.sent()
    waits = []
    for _ in range(4):
        wait = box.uplink.wait()
        assert wait is not None and box.sent() == []
        waits.append(wait)
        box.clock += wait
        assert [batch.first for batch in box.sent()] == [1]
    assert waits[0] <= OVERDUE and waits[-1] > OVERDUE * 2


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
