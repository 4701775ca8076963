"""HQ's side of the exchange: one batch in, one answer out, over any ledger (guarantees 2, 3, 4, 8)."""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sync.codec import GENESIS, Answer, Batch, Envelope, Fork, Receipt, Refused, decode_batch

log = logging.getLogger(__name__)


class Rejected(Exception):
    """Raised by `Transaction.apply` for an event that can't be applied; `str()` is the reason kept in quarantine."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The highest contiguous number applied of a log, its hash, and the store the log belongs to."""

    n: int
    hash: str
    store: str


class Transaction(Protocol):
    """One open transaction of a ledger."""

    def mark(self, log_id: str) -> Mark | None:
        """None for a log never heard of."""

    def knows_store(self, store: str) -> bool: ...

    def seen(self, event_id: str) -> bool:
        """Whether an event of this id was applied or quarantined before, in any log."""

    def hash_at(self, log_id: str, n: int) -> str | None:
        """The hash of event `n` as it was applied, None where it is not kept."""

    def apply(self, store: str, envelope: Envelope, blob: bytes | None) -> None:
        """Keep the event and everything derived from it. Raises `Rejected`, having changed nothing."""

    def quarantine(self, store: str, envelope: Envelope, blob: bytes | None, reason: str) -> None: ...

    def set_mark(self, log_id: str, mark: Mark, *, sent: int) -> None:
        """`sent` is the box's clock when it sent the batch, in milliseconds: HQ estimates the skew from it."""


class Ledger(Protocol):
    """Where HQ keeps logs. `transaction()` commits when left normally, and rolls everything back on an exception."""

    @property
    def instance(self) -> str:
        """Names this database; kept over restarts."""

    @property
    def epoch(self) -> int:
        """Counts this database's lives: a restore from a backup raises it."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...


def ingest(ledger: Ledger, store: str, payload: bytes) -> Answer:
    """Applies the batch `payload` that came on the topic of `store`.

    The answer is only returned after the commit. Raises `sync.codec.Malformed` where the payload is no whole batch: it
    is to be logged and dropped, the box sends again when no receipt comes.
    """
    batch = decode_batch(payload)
    with ledger.transaction() as transaction:
        return _answer(ledger, transaction, store, batch)


def _answer(ledger: Ledger, transaction: Transaction, store: str, batch: Batch) -> Answer:
    mark = transaction.mark(batch.log) or Mark(n=0, hash=GENESIS, store=store)
    if reason := _refusal(transaction, mark, store, batch):
        return Refused(log=batch.log, reason=reason[:200])  # it quotes the batch
    if batch.first > mark.n + 1:
        return _receipt(ledger, batch, mark, rewind=True)
    if fork := _fork(transaction, mark, batch):
        return fork
    for envelope in batch.envelopes():
        if envelope.n > mark.n:
            _take(transaction, store, envelope, batch.blobs.get(envelope.seal or ""))
            mark = Mark(n=envelope.n, hash=envelope.hash, store=store)
    transaction.set_mark(batch.log, mark, sent=batch.sent)
    return _receipt(ledger, batch, mark)


def _refusal(transaction: Transaction, mark: Mark, store: str, batch: Batch) -> str:
    if batch.store != store:
        return f"the envelope names store {batch.store[:64]!r}, it came on the topic of {store!r}"
    if not transaction.knows_store(store):
        return f"store {store!r} is not known here: add it to the stores file and import that with `tote-hq import`"
    if mark.store != store:
        return f"log {batch.log} belongs to store {mark.store!r}"
    return ""


def _fork(transaction: Transaction, mark: Mark, batch: Batch) -> Fork | None:
    """The first number of the batch that HQ has with another hash."""
    if batch.first == mark.n + 1:
        return None if batch.prev == mark.hash else Fork(log=batch.log, n=mark.n, hash=mark.hash)
    for envelope in batch.envelopes():
        known = mark.hash if envelope.n == mark.n else transaction.hash_at(batch.log, envelope.n)
        if known is not None and known != envelope.hash:
            return Fork(log=batch.log, n=envelope.n, hash=known)
    return None


def _take(transaction: Transaction, store: str, envelope: Envelope, blob: bytes | None) -> None:
    if transaction.seen(envelope.id):
        return
    try:
        transaction.apply(store, envelope, blob)
    except Rejected as reason:
        log.warning("event %s of log %s goes to quarantine: %s", envelope.n, envelope.log, str(reason)[:200])
        transaction.quarantine(store, envelope, blob, str(reason))


def _receipt(ledger: Ledger, batch: Batch, mark: Mark, *, rewind: bool = False) -> Receipt:
    return Receipt(log=batch.log, n=mark.n, hash=mark.hash, instance=ledger.instance, epoch=ledger.epoch, rewind=rewind)
