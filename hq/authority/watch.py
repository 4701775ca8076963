"""Listens to the broker's log for a store's second box, and raises the alarm: in HQ's log and in `tote-hq stores`."""

import logging
import queue
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from hq import stores
from hq.authority.sessions import TWO, Sessions
from hq.ear import Ear
from hq.service import Hq
from sync.line import Address, Line, LineDown, Message
from sync.tls import Trust

log = logging.getLogger(__name__)

TOPIC = "$SYS/broker/log/N"
"""Where Mosquitto says who comes and goes, if its configuration has `log_dest topic`; other brokers say nothing."""
POLL = 1.0


class Watch(Ear):
    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None) -> None:
        self._hq, self._sessions = hq, Sessions()
        line = Line(addresses, name="tote-hq-watch", subscriptions=(TOPIC,), tls=tls)
        failure = "the watch over sessions stumbled; it goes on"
        super().__init__(line, name="watch", failure=failure, pause=POLL, patience=3)

    def _step(self) -> None:
        with suppress(queue.Empty):
            match self._line.inbox.get(timeout=POLL):
                case Message(payload=payload):
                    self._sessions.heard(payload.decode(errors="replace"), monotonic())
                case LineDown():
                    self._sessions.forget()
        for store in self._sessions.doubled(monotonic()):
            log.error("store %s: %s", store, TWO)
            with self._hq.engine.begin() as connection:
                stores.refuse(connection, store, TWO, at=self._hq.clock())
