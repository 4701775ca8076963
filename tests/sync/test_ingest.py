"""HQ's side alone, over the simulator's ledger: once, in order, per log, and each store only for itself."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
import zstandard

from sync.codec import Answer, Batch, Fork, Malformed, Receipt, Refused, decode_batch, encode_batch
from sync.codec.batch import batch_of
from sync.ingest import Again, Care, Unavailable, ingest, ingest_all
from sync.simulator import POISON, MemoryLedger, MemoryLog

LOG = "0f" * 16


def log_of(events: int, *, poison_at: int = 0, seed: int = 1) -> MemoryLog:
    random = Random(seed)
    log = MemoryLog(LOG)
    for n in range(1, events + 1):
        log.append(f"{random.getrandbits(128):032x}", POISON if n == poison_at else "Fact", n, "{}")
    return log


def payload(log: MemoryLog, first: int, last: int, *, store: str = "shop") -> bytes:
    events, blobs = log.read(first - 1, last - first + 1, 1 << 20)
    prev = log.hash_of(first - 1)
    assert prev
    return encode_batch(batch_of(events, store=store, log=LOG, after=first - 1, prev=prev, sent=0, blobs=blobs))


def mark(answer: Answer) -> tuple[int, bool]:
    assert isinstance(answer, Receipt)
    return answer.n, answer.rewind


def test_hq_applies_each_event_once_in_order_per_log() -> None:
    """Guarantee 2: repeats, overlaps and gaps change nothing, and a gap is answered with the mark."""
    ledger, log = MemoryLedger(), log_of(10)
    assert mark(ingest(ledger, "shop", payload(log, 1, 4))) == (4, False)
    assert mark(ingest(ledger, "shop", payload(log, 7, 10))) == (4, True)
    assert mark(ingest(ledger, "shop", payload(log, 1, 4))) == (4, False)
    assert mark(ingest(ledger, "shop", payload(log, 3, 8))) == (8, False)
    assert mark(ingest(ledger, "shop", payload(log, 9, 10))) == (10, False)
    assert ledger.state.applied[LOG] == log.ids()


def test_a_receipt_bears_the_hash_of_the_mark() -> None:
    ledger, log = MemoryLedger(), log_of(3)
    answer = ingest(ledger, "shop", payload(log, 1, 3))
    assert isinstance(answer, Receipt) and answer.hash == log.hash_of(3)


def test_a_bad_event_never_blocks_the_log() -> None:
    """Guarantee 3."""
    ledger, log = MemoryLedger(), log_of(3, poison_at=2)
    assert mark(ingest(ledger, "shop", payload(log, 1, 3))) == (3, False)
    first, bad, last = log.ids()
    assert ledger.state.applied[LOG] == [first, last]
    assert ledger.state.quarantined == [bad]


def test_an_event_id_seen_before_is_applied_once_whatever_its_log() -> None:
    ledger, log = MemoryLedger(), log_of(2)
    ingest(ledger, "shop", payload(log, 1, 2))
    again = MemoryLog("ee" * 16)
    for event_id in log.ids():
        again.append(event_id, "Fact", 0, "{}")
    events, _ = again.read(0, 10, 1 << 20)
    repeat = batch_of(events, store="shop", log=again.log_id, after=0, prev="0" * 64, sent=0, blobs={})
    assert mark(ingest(ledger, "shop", encode_batch(repeat))) == (2, False)
    assert again.log_id not in ledger.state.applied


@pytest.mark.parametrize(("first", "last"), [(1, 3), (2, 3), (3, 4), (4, 5)])
def test_a_fork_is_named_by_its_number(first: int, last: int) -> None:
    """The same numbers with other hashes: two cards went on from one image. Nothing is applied."""
    ledger = MemoryLedger()
    ingest(ledger, "shop", payload(log_of(3), 1, 3))
    answer = ingest(ledger, "shop", payload(log_of(6, seed=2), first, last))
    assert isinstance(answer, Fork) and answer.n == max(first - 1, 1)
    assert len(ledger.state.applied[LOG]) == 3


def test_a_store_can_speak_only_for_itself() -> None:
    """Guarantee 8, the part the envelope proves."""
    ledger, log = MemoryLedger(), log_of(2)
    answer = ingest(ledger, "other", payload(log, 1, 2, store="shop"))
    assert isinstance(answer, Refused) and "came on the topic of 'other'" in answer.reason
    ingest(ledger, "shop", payload(log, 1, 1))
    stolen = ingest(ledger, "other", payload(log, 2, 2, store="other"))
    assert isinstance(stolen, Refused) and "belongs to store 'shop'" in stolen.reason
    assert ledger.state.marks[LOG].n == 1


def test_a_batch_from_an_unknown_store_is_refused_with_the_fix() -> None:
    ledger, log = MemoryLedger(), log_of(1)
    answer = ingest(ledger, "NOT A STORE", payload(log, 1, 1, store="NOT A STORE"))
    assert isinstance(answer, Refused) and "tote-hq import" in answer.reason
    assert ledger.state.marks == {}


def test_an_empty_batch_asks_for_the_mark() -> None:
    ledger, log = MemoryLedger(), log_of(3)
    ingest(ledger, "shop", payload(log, 1, 3))
    asking = batch_of([], store="shop", log=LOG, after=3, prev=log.hash_of(3) or "", sent=0, blobs={})
    assert mark(ingest(ledger, "shop", encode_batch(asking))) == (3, False)


def test_order_comes_from_numbers_not_clocks() -> None:
    """Guarantee 7: clocks of 1970, of next year and backwards change nothing about the order."""
    ledger, log = MemoryLedger(), MemoryLog(LOG)
    for n, at in enumerate((4_000_000_000_000, 0, 1_767_225_600_000, -5, 9), start=1):
        log.append(f"{n:032x}", "Fact", at, "{}")
    assert mark(ingest(ledger, "shop", payload(log, 1, 5))) == (5, False)
    assert ledger.state.applied[LOG] == log.ids()


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_truncated_payload_is_malformed_and_changes_nothing(cut: int) -> None:
    ledger, log = MemoryLedger(), log_of(2)
    with pytest.raises(Malformed):
        ingest(ledger, "shop", payload(log, 1, 2)[:-cut])
    assert ledger.state.marks == {}


def test_a_batch_decodes_to_the_events_it_was_made_of() -> None:
    log = log_of(4)
    batch: Batch = decode_batch(payload(log, 2, 4))
    assert [envelope.n for envelope in batch.envelopes()] == [2, 3, 4]
    assert list(batch.envelopes()) == log.read(1, 3, 1 << 20)[0]


# ---- many batches in one transaction ------------------------------------------------------------------------------


class Moody(MemoryLedger):
    """Fails as often as told to, for everybody or at one log, and notes with how much care it was asked."""

    def __init__(self, *fails: Exception, at: str = "") -> None:
        super().__init__()
        self.fails, self.at = list(fails), at
        self.asked: list[tuple[Care, int]] = []

    @contextmanager
    def transaction(self, care: Care = Care.LAST) -> Iterator[Any]:
        with super().transaction(care) as opened:
            expected: list[Batch] = []
            opened.expect = expected.extend  # type: ignore[assignment, method-assign]
            yield opened
            self.asked.append((care, len(expected)))
            if self.fails and (not self.at or self.at in {batch.log for batch in expected}):
                raise self.fails.pop(0)


def of(store: str, events: int, *, seed: int = 1) -> tuple[str, bytes]:
    random = Random(f"{store} {seed}")
    log = MemoryLog(f"{random.getrandbits(128):032x}")
    for n in range(events):
        log.append(f"{random.getrandbits(128):032x}", "Fact", n, "{}")
    sent, blobs = log.read(0, events, 1 << 20)
    return store, encode_batch(batch_of(sent, store=store, log=log.log_id, after=0, prev="0" * 64, sent=0, blobs=blobs))


def test_batches_share_a_transaction_and_each_has_its_answer_in_its_place() -> None:
    ledger = Moody()
    outcomes = ingest_all(ledger, [of("a", 2), ("b", b"torn"), of("c", 3), ("d", of("e", 1)[1])])
    assert [type(outcome) for outcome in outcomes] == [Receipt, Malformed, Receipt, Refused]
    assert [outcome.n for outcome in outcomes if isinstance(outcome, Receipt)] == [2, 3]
    assert ledger.asked == [(Care.QUICK, 3)]


def test_where_they_fail_together_each_is_taken_by_itself() -> None:
    ledger = Moody(Again())
    assert [mark(outcome) for outcome in ingest_all(ledger, [of("a", 2), of("b", 3)]) if isinstance(outcome, Receipt)]
    assert ledger.asked == [(Care.QUICK, 2), (Care.CAREFUL, 1), (Care.CAREFUL, 1)]


def test_who_was_not_alone_with_something_tries_once_more() -> None:
    ledger = Moody(Again(), Again())
    (outcome,) = ingest_all(ledger, [of("a", 2)])
    assert isinstance(outcome, Receipt) and outcome.n == 2
    assert [care for care, _ in ledger.asked] == [Care.QUICK, Care.CAREFUL, Care.LAST]


def test_one_batch_that_no_care_helps_costs_the_others_nothing() -> None:
    bad = of("bad", 1)
    ledger = Moody(*(KeyError("a bug") for _ in range(9)), at=decode_batch(bad[1]).log)
    outcomes = ingest_all(ledger, [of("a", 2), bad, of("c", 3)])
    assert [type(outcome) for outcome in outcomes] == [Receipt, KeyError, Receipt]
    with pytest.raises(KeyError):
        ingest(ledger, *bad)


def test_troubles_of_the_storage_are_nobodys_fault_and_nothing_is_tried_again() -> None:
    ledger = Moody(Unavailable("full"))
    with pytest.raises(Unavailable):
        ingest_all(ledger, [of("a", 2), of("b", 3)])
    assert len(ledger.asked) == 1 and ledger.state.marks == {}


def test_a_first_event_that_follows_another_one_is_malformed() -> None:
    lied = batch_of([], store="shop", log=LOG, after=0, prev="ab" * 32, sent=0, blobs={})
    with pytest.raises(Malformed, match="can't follow"):
        ingest(MemoryLedger(), "shop", encode_batch(lied))


def test_what_a_box_has_forgotten_is_a_gap_only_where_the_box_says_so() -> None:
    ledger, log = MemoryLedger(), log_of(9)
    ingest(ledger, "shop", payload(log, 1, 2))
    sent, _ = log.read(4, 5, 1 << 20)
    honest = batch_of(sent, store="shop", log=LOG, after=4, prev=log.hash_of(4) or "", sent=0, blobs={}, cut=True)
    assert mark(ingest(ledger, "shop", payload(log, 5, 9))) == (2, True)
    assert mark(ingest(ledger, "shop", encode_batch(honest))) == (9, False)
    assert mark(ingest(ledger, "shop", encode_batch(honest))) == (9, False)
    assert ledger.state.marks[LOG].hash == log.hash_of(9)


def test_of_a_group_of_malformed_batches_nothing_unpacked_is_kept() -> None:
    """Three hundred octets unpack to 8 MiB, and a group has room for hundreds of such."""
    blanks = zstandard.compress(b'{"v":1,' + b" " * (8 * 1024 * 1024 - 100) + b'"x":1}')
    tracemalloc.start()
    outcomes = ingest_all(MemoryLedger(), [("shop", blanks)] * 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(isinstance(outcome, Malformed) for outcome in outcomes)
    assert peak < 30 * 1024 * 1024
