"""HQ's end of the line: batches in, receipts out, and the head of the catalogue kept at the broker.

One thread does all of it, so one log's batches are applied one after the other. It never ends by itself: what goes
wrong with one message is logged once, and the next one is taken.
"""

import logging
import queue
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from hq import stores
from hq.catalogue import newest_version
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq
from sync import topics
from sync.codec import Malformed, Refused, encode_answer
from sync.ingest import ingest
from sync.line import Address, Line, LineDown, LineUp, Message
from sync.tls import Trust

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between looks for a new version of a feed."""
LONGEST = 200
"""Characters told of a refusal: the batch that is refused may have written any of them."""
FEEDS = ("catalogue",)
_UP = re.compile(r"tote/1/up/(\d+)/([a-z0-9-]{1,32})")


class HqLine:
    """Ingest and feed heads over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._hq, self._ledger = hq, ledger_of(hq)
        self._line = Line(addresses, name="tote-hq", subscriptions=(topics.UP,), tls=tls)
        self._heads: dict[str, bytes] = {}
        self._looked = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    @property
    def up(self) -> bool:
        return self._line.up

    def start(self) -> None:
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        """Returns when the batch in hand is committed and answered, or after a few seconds."""
        self._stopping.set()
        self._thread.join(timeout=5)
        self._line.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception:
                # No receipt went out, so the box sends again: nothing is lost by going on.
                log.exception("a message could not be taken; the line goes on")
                self._stopping.wait(POLL)

    def _step(self) -> None:
        with suppress(queue.Empty):
            self._handle(self._line.inbox.get(timeout=POLL))
        if self._line.up and monotonic() - self._looked >= POLL:
            self._look()

    def _handle(self, happened: object) -> None:
        match happened:
            case LineUp():
                log.info("line up")
                self._heads.clear()  # another broker, or one that forgot: say everything again
                self._looked = 0.0
            case LineDown(reason=reason):
                log.info("line down: %s", reason)
            case Message(topic=topic, payload=payload):
                self._take(topic, payload)

    def _take(self, topic: str, payload: bytes) -> None:
        if answered := take(self._hq, self._ledger, topic, payload):
            self._line.publish(*answered)

    def _look(self) -> None:
        self._looked = monotonic()
        for feed in FEEDS:
            with self._hq.reading() as connection:
                row = newest_version(connection, feed)
            new = row is not None and self._heads.get(feed) != row.head
            if row is not None and new and self._line.publish(topics.feed(feed), row.head, retain=True):
                self._heads[feed] = row.head
                log.info("head of feed %s: version %s.%s", feed, row.epoch, row.n)


def take(hq: Hq, ledger: SqlLedger, topic: str, payload: bytes) -> tuple[str, bytes] | None:
    """One message of a box: the topic and payload of the answer, None where there is nobody to answer.

    What is refused is logged once, counted for `tote-hq stores`, and changes nothing else.
    """
    match = _UP.fullmatch(topic)
    if match is None or int(match[1]) != topics.shard(match[2]):
        log.warning("dropped %s octets on %s: no topic of a store", len(payload), topic[:100])
        return None
    store = match[2]
    try:
        answer = ingest(ledger, store, payload)
    except Malformed as error:
        _refused(hq, store, topic, f"a payload of {len(payload)} octets: {error}")
        return None
    if isinstance(answer, Refused):
        _refused(hq, store, topic, answer.reason)
    return topics.down(store), encode_answer(answer)


def _refused(hq: Hq, store: str, topic: str, reason: str) -> None:
    reason = reason[:LONGEST]
    log.warning("refused on %s: %s", topic, reason)
    with hq.engine.begin() as connection:
        stores.refuse(connection, store, reason, at=hq.clock())
