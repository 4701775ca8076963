"""HQ's ear for questions: an MQTT connection and a thread beside those of ingest."""

import logging
import queue
import threading
from collections.abc import Sequence
from contextlib import suppress

from hq.answers.answering import Answering
from hq.answers.refusals import Refusals
from hq.intake import RETAINED
from hq.service import Hq
from sync import topics
from sync.line import Address, Line, LineDown, LineUp, Message
from sync.tls import Trust

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds until a stop is noticed."""
MOST_WAITING = 200
"""Questions that wait at most: of more, whoever asked the oldest has given up before their turn comes."""


class AnswerLine:
    """Answers what is asked over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._refusals = Refusals(hq)
        self._answering = Answering(hq, self._refusals.put)
        self._line = Line(addresses, name="tote-hq-answers", subscriptions=(topics.ASK,), tls=tls, retained=False)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)

    @property
    def up(self) -> bool:
        return self._line.up

    def start(self) -> None:
        self._refusals.start()
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)
        self._line.stop()
        self._refusals.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception:  # the database, say: who asked gives up by themselves, the next may have more luck
                log.exception("a question could not be answered; the line goes on")

    def _step(self) -> None:
        with suppress(queue.Empty):
            happened = self._line.inbox.get(timeout=POLL)
            if isinstance(happened, LineUp | LineDown):
                log.info("line for questions: %s", "up" if isinstance(happened, LineUp) else happened.reason)
            elif isinstance(happened, Message) and happened.retained:
                self._refusals.put(topics.store_of(happened.topic), RETAINED)
            elif isinstance(happened, Message) and self._line.inbox.qsize() <= MOST_WAITING:
                self._answer(happened)

    def _answer(self, message: Message) -> None:
        if answered := self._answering.take(message.topic, message.payload):
            self._line.publish(*answered)
