"""HQ's side of the exchange: batches in, one answer for each out, over any ledger (guarantees 2, 3, 4, 8).

What lies in the inbox is taken in one transaction (group commit). Where that fails as a whole, each batch is tried by
itself, so that no box waits for the trouble of another.
"""

import logging
from collections.abc import Iterator, Sequence

from sync.codec import GENESIS, Answer, Batch, Envelope, Fork, Malformed, Receipt, Refused, decode_batch
from sync.ledger import Again, Care, Ledger, Mark, Rejected, Transaction, Unavailable

__all__ = ["Again", "Care", "Ledger", "Mark", "Rejected", "Transaction", "Unavailable", "ingest", "ingest_all"]

log = logging.getLogger(__name__)

LONGEST = 200
"""Characters of a reason."""
FARTHEST = 2**53
"""Beyond any number of an event."""
Outcome = Answer | Exception
"""An answer is committed; an exception says why there is none (`Malformed`: the payload is no whole batch)."""
_Taken = tuple[str, Batch | Malformed]


def ingest(ledger: Ledger, store: str, payload: bytes) -> Answer:
    """Applies the batch `payload` that came on the topic of `store`.

    The answer is only returned after the commit. Raises `sync.codec.Malformed` where the payload is no whole batch: it
    is to be logged and dropped, the box sends again when no receipt comes. Raises `Unavailable`.
    """
    (outcome,) = ingest_all(ledger, [(store, payload)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def ingest_all(ledger: Ledger, messages: Sequence[tuple[str, bytes]]) -> list[Outcome]:
    """Applies the batches of `messages` (each with the store on whose topic it came), in their order, and returns what
    became of each once all is committed. Raises `Unavailable`: then nothing of any was kept."""
    taken = [(store, _decoded(payload)) for store, payload in messages]
    try:
        return _attempt(ledger, taken, Care.QUICK)
    except Unavailable:
        raise
    except Exception as error:
        why = "" if isinstance(error, Again) else f": {type(error).__name__}"
        log.debug("%s batches are taken one by one%s", len(taken), why)
        return [_alone(ledger, one) for one in taken]


def _decoded(payload: bytes) -> Batch | Malformed:
    try:
        batch = decode_batch(payload)
    except Malformed as error:
        return Malformed(str(error))  # the other's traceback holds all that was unpacked, 8 MiB from 300 octets
    if batch.first == 1 and batch.prev != GENESIS:
        return Malformed("event 1 can't follow another event")
    return batch if batch.first < FARTHEST else Malformed(f"first number {batch.first}, no log is that long")


def _alone(ledger: Ledger, taken: _Taken) -> Outcome:
    """One batch by itself, and once more where somebody else was faster with the same."""
    for care in (Care.CAREFUL, Care.LAST):
        try:
            return _attempt(ledger, [taken], care)[0]
        except Again as error:
            last: Exception = error
        except Exception as error:
            return error
    return last


def _attempt(ledger: Ledger, taken: Sequence[_Taken], care: Care) -> list[Outcome]:
    batches = [batch for _, batch in taken if isinstance(batch, Batch)]
    if not batches:
        return [batch for _, batch in taken if isinstance(batch, Malformed)]
    with ledger.transaction(care) as transaction:
        transaction.expect(batches)
        return [_outcome(ledger, transaction, store, batch) for store, batch in taken]


def _outcome(ledger: Ledger, transaction: Transaction, store: str, batch: Batch | Malformed) -> Outcome:
    if isinstance(batch, Malformed):
        return batch
    try:
        known = transaction.mark(batch.log)
    except Malformed as error:
        return error
    mark = known or Mark(n=0, hash=GENESIS, store=store)
    if reason := _refusal(transaction, mark, store, batch):
        return Refused(log=batch.log, reason=reason[:LONGEST])  # it quotes the batch
    if batch.first > mark.n + 1 and batch.cut is not True:
        return _receipt(ledger, batch, mark, rewind=True)
    if known is None and batch.first == 1 and not batch.events:
        return _receipt(ledger, batch, mark)  # nothing to keep of a log without events
    if fork := _fork(transaction, mark, store, batch):
        return fork
    if known is None and (reason := transaction.admits(store, batch)):
        return Refused(log=batch.log, reason=reason[:LONGEST])
    return _receipt(ledger, batch, _applied(transaction, mark, store, batch))


def _refusal(transaction: Transaction, mark: Mark, store: str, batch: Batch) -> str:
    if batch.store != store:
        return f"the envelope names store {batch.store[:64]!r}, it came on the topic of {store!r}"
    if not transaction.knows_store(store):
        return f"store {store!r} is not known here: add it to the stores file and import that with `tote-hq import`"
    if mark.store != store:
        return f"log {batch.log} belongs to store {mark.store!r}"
    return ""


def _applied(transaction: Transaction, mark: Mark, store: str, batch: Batch) -> Mark:
    """Applies what is beyond the mark, each event id once, and returns the mark as it stands then."""
    if batch.first > mark.n + 1:  # the box has no more: what there is counts
        log.error("log %s of store %s: events %d to %d are lost", batch.log, store, mark.n + 1, batch.first - 1)
        transaction.gap(store, batch.log, mark.n, batch.first)
        mark = _moved(mark, batch.first - 1, batch.prev)
    fresh = [envelope for envelope in batch.envelopes() if envelope.n > mark.n]
    seen = transaction.seen([envelope.id for envelope in fresh])
    for envelope in fresh:
        _take(transaction, seen, store, envelope, batch.blobs.get(envelope.seal or ""))
    if fresh:
        mark = _moved(mark, fresh[-1].n, batch.hash)
    transaction.set_mark(batch.log, mark, sent=batch.sent)
    return mark


def _moved(mark: Mark, n: int, reached: str) -> Mark:
    return Mark(n=n, hash=reached, store=mark.store, trim_to=mark.trim_to)


def _take(transaction: Transaction, seen: set[str], store: str, envelope: Envelope, blob: bytes | None) -> None:
    try:
        if envelope.id in seen:
            if what := transaction.differs(envelope):
                raise Rejected(
                    f"it bears the id of another event, whose {what} differs: look at that box, then drop it"
                )
            transaction.repeated(envelope)
            return
        transaction.apply(store, envelope, blob)
        seen.add(envelope.id)
    except Rejected as reason:
        if transaction.held(store, envelope):
            transaction.repeated(envelope)
            return
        log.warning("event %s of log %s goes to quarantine: %s", envelope.n, envelope.log, str(reason)[:LONGEST])
        transaction.quarantine(store, envelope, blob, str(reason))


def _fork(transaction: Transaction, mark: Mark, store: str, batch: Batch) -> Fork | None:
    """Names, and notes, the first number of the batch that HQ has with another hash."""
    for n, theirs, ours in _known(transaction, mark, batch):
        if theirs != ours:
            log.error("log %s of store %s has forked: event %d differs from the one that is here", batch.log, store, n)
            transaction.forked(store, batch.log, n, theirs, ours)
            return Fork(log=batch.log, n=n, hash=ours)
    return None


def _known(transaction: Transaction, mark: Mark, batch: Batch) -> Iterator[tuple[int, str, str]]:
    """The numbers that both sides know, with the hash there and the hash here."""
    theirs = {batch.first - 1: batch.prev}
    if batch.first <= mark.n:
        theirs |= {envelope.n: envelope.hash for envelope in batch.envelopes() if envelope.n <= mark.n}
    theirs.pop(0, None)
    if not theirs or theirs.get(mark.n) == mark.hash:  # a hash says everything about what lies before it
        return
    ours = transaction.hashes(batch.log, min(theirs), max(theirs)) | {mark.n: mark.hash}
    yield from ((n, theirs[n], ours[n]) for n in sorted(theirs) if n in ours)


def _receipt(ledger: Ledger, batch: Batch, mark: Mark, *, rewind: bool = False) -> Receipt:
    return Receipt(
        log=batch.log,
        n=mark.n,
        hash=mark.hash,
        instance=ledger.instance,
        epoch=ledger.epoch,
        trim_to=mark.trim_to,
        rewind=rewind,
        at=ledger.now(),
    )
