"""HQ's side alone, over the simulator's ledger: once, in order, per log, and each store only for itself."""

from random import Random

import pytest

from sync.codec import Answer, Batch, Fork, Malformed, Receipt, Refused, decode_batch, encode_batch
from sync.codec.batch import batch_of
from sync.ingest import ingest
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
