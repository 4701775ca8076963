"""Negative controls: the protocol without one of its means. The simulator must notice, or it proves nothing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sync.codec import Envelope, decode_batch
from sync.ledger import Care
from sync.simulator import Simulation, run
from sync.simulator_boxes import SimulatedBox
from sync.simulator_hq import MemoryLedger, MemoryTransaction
from sync.uplink import Uplink


class TrimsOnTheBrokersWord(Simulation):
    """A box that forgets what the broker acknowledged."""

    def published(self, box: SimulatedBox, payload: bytes) -> None:
        batch, life = decode_batch(payload), box.log.life
        chunk = batch.first + len(batch.events) - 1 - life.cut
        if batch.log == life.log_id and chunk > 0:
            life.cut, life.cut_hash = life.cut + chunk, life.events[chunk - 1].hash
            del life.events[:chunk]


def without_the_hash_chain(seed: int) -> None:
    """An event's hash says nothing of what is in it."""
    with patch.object(Envelope, "hash", property(lambda event: f"{event.n:064x}")):
        run(seed)


def with_trimming_on_the_brokers_word(seed: int) -> None:
    run(seed, TrimsOnTheBrokersWord)


@contextmanager
def _torn(ledger: MemoryLedger, care: Care = Care.LAST) -> Iterator[MemoryTransaction]:
    opened = MemoryTransaction(ledger)
    try:
        yield opened
    finally:
        ledger.state.take(opened.new)


def with_torn_transactions(seed: int) -> None:
    """What HQ had done when it died stays, though no mark says so; and it knows events by their number only."""
    with patch.object(MemoryLedger, "transaction", _torn), patch.object(MemoryTransaction, "seen", lambda *_: set()):
        run(seed)


def without_a_new_epoch(seed: int) -> None:
    """HQ comes back from a backup and says nothing of it; and no box believes that it lacks what was forgotten."""
    honest = MemoryLedger.restore

    def silent(ledger: MemoryLedger, *, older: int = 0) -> None:
        honest(ledger, older=older)
        ledger.epoch -= 1

    with patch.object(MemoryLedger, "restore", silent), patch.object(Uplink, "_lacks_the_forgotten", lambda *_: False):
        run(seed)


CONTROLS: dict[str, Callable[[int], None]] = {
    "trimming on the broker's acknowledgement": with_trimming_on_the_brokers_word,
    "no hash chain": without_the_hash_chain,
    "events and mark not in one transaction": with_torn_transactions,
    "no new epoch after a restore": without_a_new_epoch,
}


def first_noticed(control: Callable[[int], None], seeds: Iterable[int]) -> int | None:
    """The first of `seeds` with which the simulation notices what is missing, None if it never does."""
    for seed in seeds:
        try:
            control(seed)
        except AssertionError:
            return seed
    return None
