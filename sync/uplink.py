"""The box's side of the exchange: which batch goes out next, and what an answer of HQ means. No I/O of its own.

A window of a few batches is read from the log when there is room; nothing is queued in memory. An event counts as
delivered only by a receipt whose hash is the log's own (guarantee 1).
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sync.codec import Envelope, Fork, Malformed, Receipt, Refused, Told, decode_answer, encode_batch
from sync.codec.batch import batch_of
from sync.outlog import OutLog as OutLog

log = logging.getLogger(__name__)

BATCH_EVENTS = 500
BATCH_BYTES = 64 * 1024
WINDOW = 4
"""Batches in flight."""
OVERDUE = 3.0
"""Seconds without a receipt after which the window is sent again; doubled each time, up to `LONGEST`."""
LONGEST = 60.0
LONGEST_REASON = 200
"""Characters of a refusal that are kept and logged."""


@dataclass
class UplinkState:
    """What went on so far, for status pages."""

    forked_at: int | None = None
    refused: str = ""


class Uplink:
    """Call `line_up`/`line_down` as the line comes and goes, `take` for what to publish, `hear` for what arrives."""

    def __init__(
        self, out: OutLog, store: str, *, now: Callable[[], float], wall_ms: Callable[[], int], random: Random
    ):
        """`now` is a monotonic clock in seconds, `wall_ms` the box's clock in milliseconds."""
        self._out, self._store = out, store
        self._now, self._wall_ms, self._random = now, wall_ms, random
        self.state = UplinkState()
        self._up = False
        self._cursor = 0
        self._flights: deque[int] = deque()
        self._ask = False
        self._overdue = OVERDUE
        self._deadline: float | None = None
        self._rewound_to: int | None = None
        self._doubted = False

    def line_up(self) -> None:
        """The first batch after every connect goes out even when empty: its receipt tells HQ's mark."""
        self._up, self._ask, self._overdue = True, True, OVERDUE
        self._rewind(self._confirmed())

    def line_down(self) -> None:
        self._up = False
        self._flights.clear()
        self._deadline = None

    def wait(self) -> float | None:
        """Seconds until `take` has something to say even if nothing happens; None: until something happens."""
        return None if self._deadline is None else max(0.0, self._deadline - self._now())

    def take(self) -> bytes | None:
        """The next batch to publish, or None while there is nothing to send or no room in the window."""
        if not self._up or self.state.forked_at is not None:
            return None
        if self._deadline is not None and self._now() >= self._deadline:
            self._resend()
        if len(self._flights) >= WINDOW:
            return None
        envelopes, blobs = self._out.read(self._cursor, BATCH_EVENTS, BATCH_BYTES)
        if not envelopes and not self._ask:
            return None
        return self._send(envelopes, blobs)

    def hear(self, payload: bytes) -> None:
        """Takes an answer of HQ to heart, or logs why not."""
        try:
            answer = decode_answer(payload)
        except Malformed as error:
            log.warning("an answer on the line is dropped: %s", error)
            return
        if isinstance(answer, Told) or answer.log != self._out.log_id:
            return
        match answer:
            case Receipt():
                self._receipt(answer)
            case Fork(n=n):
                self._forked(n)
            case Refused(reason=reason):
                self._refused(reason)

    def _send(self, envelopes: list[Envelope], blobs: dict[str, bytes]) -> bytes:
        prev = self._out.hash_of(self._cursor)
        if prev is None:
            raise LookupError(f"event {self._cursor} of log {self._out.log_id} is missing: the log is damaged")
        batch = batch_of(
            envelopes,
            store=self._store,
            log=self._out.log_id,
            after=self._cursor,
            prev=prev,
            sent=self._wall_ms(),
            blobs=blobs,
        )
        self._cursor += len(envelopes)
        self._flights.append(self._cursor)
        self._ask = False
        if self._deadline is None:
            self._deadline = self._now() + self._jittered()
        return encode_batch(batch)

    def _confirmed(self) -> int:
        kept = self._out.receipt()
        return kept.n if kept else 0

    def _receipt(self, receipt: Receipt) -> None:
        """Believed only where this log's own event `n` has the receipt's hash."""
        own = self._out.hash_of(receipt.n)
        if own != receipt.hash:
            if receipt.n > self._out.head() or own is not None:
                self._doubt(min(receipt.n, self._out.head() + 1))
            return
        self.state.refused, self._doubted = "", False
        kept = self._out.receipt()
        if kept and (kept.instance, kept.epoch) != (receipt.instance, receipt.epoch):
            self._out.keep(receipt)
            self._rewind(receipt.n)
        elif kept is None or receipt.n > kept.n:
            self._out.keep(receipt)
        if receipt.n >= self._confirmed():
            self._progress(receipt.n)
        if receipt.rewind and self._rewound_to != receipt.n and receipt.n < self._cursor:
            self._rewound_to = receipt.n
            self._rewind(receipt.n)

    def _progress(self, n: int) -> None:
        while self._flights and self._flights[0] <= n:
            self._flights.popleft()
        self._cursor = max(self._cursor, n)
        self._overdue = OVERDUE
        self._deadline = self._now() + self._jittered() if self._flights else None

    def _rewind(self, n: int) -> None:
        self._cursor = n
        self._flights.clear()
        self._deadline = None

    def _resend(self) -> None:
        self._overdue = min(self._overdue * 2, LONGEST)
        self._ask, self._rewound_to = True, None
        self._rewind(self._confirmed())

    def _jittered(self) -> float:
        """Between half and the whole of the present patience: boxes that lost HQ together don't return together."""
        return self._overdue * self._random.uniform(0.5, 1.0)

    def _doubt(self, n: int) -> None:
        """A receipt that can't be true: HQ is asked once more, and only its fresh answer is a fork."""
        if self._doubted:
            self._forked(n)
            return
        log.warning("a receipt names another event %d than this log has: asking HQ again", n)
        self._doubted = self._ask = True
        self._rewind(self._confirmed())

    def _forked(self, n: int) -> None:
        if self.state.forked_at is None:
            log.error("log %s and HQ differ from event %d on; sending stops, nothing is lost", self._out.log_id, n)
            self.state.forked_at = n
            self._rewind(self._confirmed())

    def _refused(self, reason: str) -> None:
        reason = reason[:LONGEST_REASON]
        if self.state.refused != reason:
            log.error("HQ refuses this box's events: %s", reason)
        self.state.refused = reason
