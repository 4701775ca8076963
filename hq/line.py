"""HQ's end of the line: batches in, receipts out, and the head of the catalogue kept at the broker.

One thread does all of it, so one log's batches are applied one after the other; what waits (`hq.intake`) is taken
together, in one transaction. It never ends by itself: what goes wrong is logged once, and the next messages are taken.
On PostgreSQL several processes do this, each for the shards it holds (`hq.leases`).
"""

import logging
import threading
from collections.abc import Sequence
from time import monotonic

from hq import leases
from hq.directing import Directing
from hq.feeds.heads import heads
from hq.intake import Intake
from hq.ledger import ledger_of
from hq.nudging import Nudges
from hq.service import Hq
from hq.taking import Answered, refuse, take, take_all
from sync import topics
from sync.ledger import Unavailable
from sync.line import Address, Line, LineDown, LineUp, Listening
from sync.tls import Trust

__all__ = ["HqLine", "take"]

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between looks for a new version of a feed."""
TELL = 1.0
"""Seconds between words on what was dropped."""
BUSY = 192
"""Messages that wait: with more of them boxes are not nudged to send still more. A few boxes that send without end make
no more than that."""


class HqLine:
    """Ingest and feed heads over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._hq, self._ledger = hq, ledger_of(hq)
        shared = hq.engine.dialect.name == "postgresql"
        self._leases = leases.Leases(hq.engine, self._ledger.instance) if shared else None
        self._intake = Intake()
        up = () if shared else (topics.UP,)
        self._line = Line(addresses, name="tote-hq", subscriptions=up, tls=tls, retained=False, heard=self._intake.put)
        self._nudges = Nudges(hq, self._ledger)
        self._directing = Directing(hq)
        self._shards: frozenset[int] = frozenset() if shared else frozenset(range(topics.SHARDS))
        self._fresh: frozenset[int] = frozenset()
        """Shards just taken, whose boxes are to be told so."""
        self._heads: dict[str, bytes] = {}
        """By topic, as they were last handed to the broker."""
        self._looked = self._renewed = self._told = self._directed = -1.0
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
        happened, messages = self._intake.take(timeout=POLL)
        for each in happened:
            self._happened(each)
        if messages:
            self._say(take_all(self._hq, self._ledger, [(m.topic, m.payload) for m in messages]))
            self._directing.heard({topics.store_of(message.topic) for message in messages if "/" in message.topic})
        if len(self._intake) < BUSY:
            self._say(self._nudges.some())
        if monotonic() - self._told >= TELL:
            self._tell()
        if self._line.up and monotonic() - self._directed >= POLL:
            self._directed = monotonic()
            self._say(self._directing.due(self._shards))
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

    def _tell(self) -> None:
        self._told = monotonic()
        if dropped := self._intake.refused():
            refuse(self._hq, [(store, f"{reason} ({count} messages)") for (store, reason), count in dropped.items()])

    def _happened(self, happened: object) -> None:
        match happened:
            case LineUp():
                log.info("line up")
                self._heads.clear()  # another broker, or one that forgot: say everything again
                self._looked = self._directed = -1.0
                self._directing.line_up()
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
        with self._hq.reading() as connection:
            now = dict(heads(connection))
        for topic, head in now.items():
            if head != self._heads.get(topic) and self._line.publish(topic, head, retain=True):
                self._heads[topic] = head
                log.info("%s: %s", topic, f"a head of {len(head)} octets" if head else "nobody is told just now")
