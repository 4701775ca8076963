"""HQ's ear for what boxes say of themselves: an MQTT connection of its own, so that no batch waits behind a report.

The broker keeps the latest of each box, so HQ knows after a start how the fleet was. Of many reports of one box the
last one counts, and a second's worth of all is written together.
"""

import logging
import queue
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic

import msgspec

from hq import stores
from hq.ear import Ear
from hq.fleet import states
from hq.fleet.states import Heard
from hq.service import Hq
from sync import topics
from sync.codec import Malformed, decode_report
from sync.line import OFFLINE, ONLINE, Address, Line, Message
from sync.tls import Trust

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between writes."""
MOST = 20_000
"""Stores that may wait to be written: whoever makes up names on a broker without rules must not fill the memory."""
_TOPIC = re.compile(r"tote/1/(here|state)/([0-9]{1,2})/([a-z0-9-]{1,32})")
PRESENT = {ONLINE: True, OFFLINE: False}


class StateLine(Ear):
    """Takes in what is said over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._hq, self._waiting, self._written = hq, dict[str, Heard](), monotonic()
        line = Line(addresses, name="tote-hq-fleet", subscriptions=(topics.HERE, topics.STATE), tls=tls)
        # the database is busy, say: what waits is written with the next
        failure = "what boxes say of themselves could not be kept; the line goes on"
        super().__init__(line, name="fleet", failure=failure, pause=PAUSE)

    def _step(self) -> None:
        with suppress(queue.Empty):
            happened = self._line.inbox.get(timeout=PAUSE)
            if isinstance(happened, Message):
                self.take(happened.topic, happened.payload, kept=happened.retained)
        if self._waiting and monotonic() - self._written >= PAUSE:
            self.write()

    def take(self, topic: str, payload: bytes, *, kept: bool = False) -> None:
        """One message, which the broker may have kept. What can't be read is logged: the next one comes in a minute."""
        match = _TOPIC.fullmatch(topic)
        if match is None or int(match[2]) != topics.shard(match[3]):
            log.warning("dropped %s octets on %s: no topic of a store", len(payload), topic[:100])
            return
        store = match[3]
        if store not in self._waiting and len(self._waiting) >= MOST:
            return
        before = self._waiting.get(store, Heard())
        if match[1] == "here":
            if payload in PRESENT:
                self._waiting[store] = replace(before, online=PRESENT[payload])
            return
        try:
            report = decode_report(payload)
            if report.store != store:
                raise Malformed("a report in the name of another store")
            self._waiting[store] = replace(before, state=states.decoded(report.state), at=report.at, kept=kept)
        except (Malformed, msgspec.MsgspecError) as error:
            log.warning("store %s: %s", store, error)

    def write(self) -> None:
        """What waits, of stores that are known."""
        heard, self._written = self._waiting, monotonic()
        with self._hq.engine.begin() as connection:
            known = stores.known_among(connection, list(heard))
            states.keep(connection, {store: heard[store] for store in heard if store in known}, now=self._hq.clock())
        self._waiting = {}
