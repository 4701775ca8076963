"""HQ's end of the line: batches in, receipts out, and the head of the catalogue kept at the broker.

One thread does all of it, so one log's batches are applied one after the other; what lies in the inbox is taken
together, in one transaction. It never ends by itself: what goes wrong is logged once, and the next messages are taken.
On PostgreSQL several processes do this, each for the shards it holds (`hq.leases`).
"""

import logging
import queue
import threading
from collections.abc import Sequence
from time import monotonic

from hq import leases
from hq.catalogue import newest_version
from hq.ledger import ledger_of
from hq.nudging import Nudges
from hq.service import Hq
from hq.taking import Answered, take, take_all
from sync import topics
from sync.ledger import Unavailable
from sync.line import Address, Line, LineDown, LineUp, Listening, Message
from sync.tls import Trust

__all__ = ["HqLine", "take"]

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between looks for a new version of a feed."""
MOST, MOST_OCTETS = 256, 128 * 1024
"""Messages that share one transaction: full batches of four boxes, or single events of many. It holds up other writers
for about a tenth of a second."""
FEEDS = ("catalogue",)


class HqLine:
    """Ingest and feed heads over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._hq, self._ledger = hq, ledger_of(hq)
        shared = hq.engine.dialect.name == "postgresql"
        self._leases = leases.Leases(hq.engine, self._ledger.instance) if shared else None
        self._line = Line(addresses, name="tote-hq", subscriptions=() if shared else (topics.UP,), tls=tls)
        self._nudges = Nudges(hq, self._ledger)
        self._shards: frozenset[int] = frozenset() if shared else frozenset(range(topics.SHARDS))
        self._fresh: frozenset[int] = frozenset()
        """Shards just taken, whose boxes are to be told so."""
        self._heads: dict[str, bytes] = {}
        self._looked = self._renewed = -1.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    @property
    def up(self) -> bool:
        return self._line.up and bool(self._shards)

    @property
    def shards(self) -> frozenset[int]:
        """Those that this process takes in."""
        return self._shards

    def start(self) -> None:
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        """Returns when the batches in hand are committed and answered, or after a few seconds."""
        self._stopping.set()
        self._thread.join(timeout=5)
        self._line.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Unavailable as error:
                log.error("%s: the boxes send again", error)
                self._stopping.wait(POLL)
            except Exception:
                # No receipt went out, so the boxes send again: nothing is lost by going on.
                log.exception("messages could not be taken; the line goes on")
                self._stopping.wait(POLL)
        if self._leases:
            self._leases.close()

    def _step(self) -> None:
        if self._leases and monotonic() - self._renewed >= leases.POLL:
            self._renew(self._leases)
        if messages := self._gathered():
            self._say(take_all(self._hq, self._ledger, [(m.topic, m.payload) for m in messages]))
        if self._line.inbox.empty():
            self._say(self._nudges.some())
        if self._line.up and self._leads and monotonic() - self._looked >= POLL:
            self._look()

    def _say(self, answers: Sequence[Answered]) -> None:
        for topic, payload in answers:
            self._line.publish(topic, payload)

    def _renew(self, own: leases.Leases) -> None:
        own.renew()
        self._renewed = monotonic()
        if own.shards != self._shards:
            self._fresh |= own.shards - self._shards
            self._shards = own.shards
            self._line.listen(*(f"tote/1/up/{shard}/+" for shard in sorted(own.shards)))

    def _gathered(self) -> list[Message]:
        """What lies in the inbox and fits one transaction; waits a moment for the first."""
        found: list[Message] = []
        octets = 0
        try:
            happened = self._line.inbox.get(timeout=POLL)
            while True:
                if isinstance(happened, Message):
                    found.append(happened)
                    octets += len(happened.payload)
                else:
                    self._happened(happened)
                if len(found) >= MOST or octets >= MOST_OCTETS:
                    return found
                happened = self._line.inbox.get_nowait()
        except queue.Empty:
            return found

    def _happened(self, happened: object) -> None:
        match happened:
            case LineUp():
                log.info("line up")
                self._heads.clear()  # another broker, or one that forgot: say everything again
                self._looked = -1.0
            case LineDown(reason=reason):
                log.info("line down: %s", reason)
            case Listening():
                self._nudges.add(self._fresh)
                self._fresh = frozenset()

    @property
    def _leads(self) -> bool:
        """Whether it is this process that publishes the heads. Twice would do no harm."""
        return self._leases is None or self._leases.leads

    def _look(self) -> None:
        self._looked = monotonic()
        for feed in FEEDS:
            with self._hq.reading() as connection:
                row = newest_version(connection, feed)
            new = row is not None and self._heads.get(feed) != row.head
            if row is not None and new and self._line.publish(topics.feed(feed), row.head, retain=True):
                self._heads[feed] = row.head
                log.info("head of feed %s: version %s.%s", feed, row.epoch, row.n)
