"""The box's side of the exchange, for one log: which batch goes out next, and what an answer of HQ means. No I/O.

A window of a few batches is read from the log when there is room; nothing is queued in memory. An event counts as
delivered only by a receipt whose hash is the log's own (guarantee 1). Where HQ turns out to have other events under our
numbers, the log goes on under a new id (guarantee 4). An HQ that comes back from a backup is refilled (guarantee 5).

While it is not clear where the branches part, the uplink is *careful*: one batch in flight, from the last receipt on,
so that the first answer that names a difference names the first one.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sync.belief import Belief
from sync.codec import (
    Answer,
    Directed,
    Down,
    Envelope,
    Fork,
    Malformed,
    Receipt,
    Refused,
    Told,
    decode_answer,
    encode_batch,
)
from sync.codec.batch import batch_of
from sync.flights import WINDOW, Flights
from sync.outlog import OutLog as OutLog

log = logging.getLogger(__name__)

BATCH_EVENTS = 500
BATCH_BYTES = 64 * 1024
ASK_EVERY = 300.0
"""Seconds after which a silent box asks for HQ's mark: it learns of a restore, of what it may forget, and the time."""
LONGEST_REASON = 200
"""Characters of a refusal that are kept and logged."""


@dataclass
class UplinkState:
    """What went on so far, for status pages. `forked_at` is the first number of the log `forked_log` that HQ had with
    another hash; what it lacked has been appended again under a new log since."""

    forked_at: int | None = None
    forked_log: str = ""
    forks: int = 0
    refused: str = ""


def decoded(payload: bytes) -> Down | None:
    """What HQ says. What it can't have said is logged and dropped."""
    try:
        return decode_answer(payload)
    except Malformed as error:
        log.warning("an answer on the line is dropped: %s", error)
        return None


class Uplink:
    """Call `line_up`/`line_down` as the line comes and goes, `take` for what to publish, `hear` for what arrives."""

    def __init__(
        self,
        out: OutLog,
        store: str,
        *,
        now: Callable[[], float],
        wall_ms: Callable[[], int],
        random: Random,
        batch_events: int = BATCH_EVENTS,
        past: bool = False,
        state: UplinkState | None = None,
    ):
        """`now` is a monotonic clock in seconds, `wall_ms` the box's clock in milliseconds. `past`: `out` is an earlier
        life, whose branch another box may go on with."""
        self._out, self._store, self._past, self._batch_events = out, store, past, batch_events
        self._now, self._wall_ms, self._random = now, wall_ms, random
        self.state = state or UplinkState()
        self._flights = Flights(now, random)
        self._up = False
        self._begin()

    def _begin(self) -> None:
        """With the log as it is now, knowing nothing else."""
        self._log_id = self._out.log_id
        self._belief = Belief(self._out, self._now)
        self._rewound_to: int | None = None
        self._careful = False
        self._rewind()
        self.ask()

    # ---- the line ---------------------------------------------------------------------------------------------------

    def line_up(self) -> None:
        """The first batch after every connect goes out even when empty: its receipt tells HQ's mark."""
        self._up = True
        self._flights.fresh()
        if self._log_id != self._out.log_id or self._belief.confirmed() > self._out.head():  # it was followed, or ended
            self._begin()
            return
        self._careful, self._rewound_to = False, None
        self._rewind()
        self.ask()

    def line_down(self) -> None:
        self._up = False
        self._flights.clear()

    def ask(self) -> None:
        """The next batch goes out even when empty. It says the hash of the last receipted event, so HQ can object."""
        self._ask = True
        self._ask_at = self._now() + ASK_EVERY * self._random.uniform(0.5, 1.0)

    def wait(self) -> float | None:
        """Seconds until `take` has something to do even if nothing happens; None: until something happens."""
        idle = None
        if self._up and not self._flights and not self._past:
            idle = max(0.0, self._ask_at - self._now())
        return min((w for w in (self._belief.wait(), self._flights.wait(), idle) if w is not None), default=None)

    @property
    def drained(self) -> bool:
        """Whether HQ has all of the log, and has said so since the line came up."""
        return not self._ask and not self._flights and self._belief.confirmed() >= self._out.head()

    @property
    def in_flight(self) -> bool:
        return len(self._flights) > 0

    # ---- out --------------------------------------------------------------------------------------------------------

    def take(self, most: int | None = None) -> bytes | None:
        """The next batch to publish, of at most `most` events, or None while there is nothing to send or no room in the
        window."""
        most = min(most or self._batch_events, self._batch_events)
        self._belief.write_when_due()
        if not self._up:
            return None
        if self._flights.overdue():
            self._rewound_to = None
            self._rewind()
            self.ask()
        elif not self._past and self._now() >= self._ask_at:
            self.ask()
        if not self._has_room(most):
            return None
        envelopes, blobs = self._out.read(self._cursor, most, BATCH_BYTES)
        return self._send(envelopes, blobs) if envelopes or self._ask else None

    def _has_room(self, most: int) -> bool:
        """A small batch waits for the answer to the last: so single events gather under load, and go at once else."""
        if not self._flights:
            return True
        if self._careful or len(self._flights) >= WINDOW:
            return False
        return self._out.head() - self._cursor >= most

    def _send(self, envelopes: list[Envelope], blobs: dict[str, bytes]) -> bytes:
        prev = self._out.hash_of(self._cursor)
        if prev is None:
            raise LookupError(f"event {self._cursor} of log {self._log_id} is missing: the log is damaged")
        batch = batch_of(
            envelopes,
            store=self._store,
            log=self._log_id,
            after=self._cursor,
            prev=prev,
            sent=self._wall_ms(),
            blobs=blobs,
            cut=self._belief.n < self._cursor == self._out.cut(),
        )
        self._cursor += len(envelopes)
        self._flights.launch(self._cursor)
        self._ask = False
        return encode_batch(batch)

    def _rewind(self) -> None:
        """Everything after the last receipt goes out again."""
        self._cursor = self._belief.confirmed()
        self._flights.clear()

    # ---- in ---------------------------------------------------------------------------------------------------------

    def hear(self, payload: bytes) -> bool:
        """Takes to heart what HQ says about this log, and nothing else. True for a receipt that is believed."""
        answer = decoded(payload)
        return answer is not None and not isinstance(answer, Told | Directed) and self.heed(answer)

    def heed(self, answer: Answer) -> bool:
        """The same with what is decoded already."""
        if answer.log != self._log_id:
            return False
        match answer:
            case Receipt():
                return self._receipt(answer)
            case Fork():
                self._fork(answer)
            case Refused(reason=reason):
                self._refused(reason[:LONGEST_REASON])
        return False

    def _receipt(self, receipt: Receipt) -> bool:
        """Believed only where this log's own event `n` has the receipt's hash."""
        if self._belief.is_stale(receipt):
            return False
        another_life = self._belief.is_of_another_life(receipt)
        if receipt.n < self._out.cut():
            another_life = another_life or self._lacks_the_forgotten(receipt)
            if not another_life:
                return False
        elif self._out.hash_of(receipt.n) != receipt.hash:
            self._doubt(receipt)
            return False
        self.state.refused, self._careful = "", False
        if another_life:
            self._refill(receipt)
        else:
            self._progress(receipt)
        return True

    def _lacks_the_forgotten(self, receipt: Receipt) -> bool:
        """Whether HQ, asked just now, says that it is behind what may be forgotten: its database was put back without
        a new epoch. Where it only sounds so (an answer that came late) the batch that says what is cut does no harm."""
        return receipt.rewind and self.in_flight

    def _refill(self, receipt: Receipt) -> None:
        """HQ came back from a backup, or is another: it gets all that it lacks. What the box has forgotten on HQ's word
        it can't give again; the next batch then says that it is cut."""
        log.warning("HQ is in its life %d: it has events up to %d of log %s", receipt.epoch, receipt.n, receipt.log)
        self._belief.take(receipt, drained=True)
        self._rewound_to = None
        self._rewind()
        self.ask()

    def _progress(self, receipt: Receipt) -> None:
        n = receipt.n
        if n >= self._belief.n:
            self._belief.take(receipt, drained=n >= self._out.head())
            self._flights.land(n)
            self._cursor = max(self._cursor, n)
        if receipt.rewind and self._rewound_to != n and n < self._cursor:
            self._rewound_to = n
            self._cursor = n
            self._flights.clear()

    def _refused(self, reason: str) -> None:
        if self.state.refused != reason:
            log.error("HQ refuses this box's events: %s", reason)
        self.state.refused = reason

    # ---- branches ---------------------------------------------------------------------------------------------------

    def _doubt(self, receipt: Receipt) -> None:
        """HQ's mark is at an event that this log doesn't have. What may be a false receipt is asked for again."""
        n = receipt.n
        if self._past:
            another_life = self._belief.is_of_another_life(receipt)
            self._unbelieve(n) if another_life or n <= self._belief.confirmed() else self._overtaken(receipt.trim_to)
        elif not self._careful:
            log.warning("HQ names another event %d than log %s has: asking again", n, self._log_id)
            self._be_careful()
        elif self._flights.land(self._cursor):
            if n <= self._belief.confirmed():
                self._unbelieve(n)
            elif self._cursor >= self._out.head():
                self._go_on_elsewhere(min(n, self._cursor + 1))

    def _overtaken(self, trim_to: int) -> None:
        """Another box goes on with this past life. What HQ has no receipt for in its present life might be missing;
        what both boxes have in common lies in HQ's backups as the other's does."""
        self._flights.clear()
        if self._belief.confirmed() < self._out.head():
            self._go_on_elsewhere(self._belief.confirmed() + 1)
        else:
            self._belief.allow(trim_to)

    def _fork(self, fork: Fork) -> None:
        """HQ has another event `n`: true only where this log has such an event at all. HQ may have said it to a clone
        of this box, which hears what this box hears."""
        if self._out.hash_of(fork.n) in (None, fork.hash):
            return
        if fork.n <= self._belief.confirmed():
            self._unbelieve(fork.n)
        elif self._careful or fork.n == self._belief.confirmed() + 1:
            if fork.n <= self._cursor:
                self._go_on_elsewhere(fork.n)
        else:
            self._be_careful()

    def _be_careful(self) -> None:
        self._careful = True
        self._rewind()
        self.ask()

    def _unbelieve(self, n: int) -> None:
        """HQ had our events once, and has others under their numbers now: it was restored, and a clone of this box was
        faster. How much of the past it has is not known, so all that the box still has counts as lacking: an event
        that HQ knows by its id is a no-op."""
        cut = self._out.cut()
        self._belief.lower(cut, self._out.hash_of(cut) or "")
        self._go_on_elsewhere(max(n, cut + 1))

    def _go_on_elsewhere(self, n: int) -> None:
        forked = self._log_id
        log.error("log %s and HQ differ from event %d on: what HQ lacks is appended again under a new log", forked, n)
        self._belief.write()
        self._out.forked(n)
        self.state.forked_at, self.state.forked_log = n, forked
        self.state.forks += 1
        self._flights.fresh()
        self._begin()
