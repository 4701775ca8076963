"""HQ's ear for questions: an MQTT connection and a thread beside those of ingest."""

import logging
import queue
from collections.abc import Sequence
from contextlib import suppress

from hq.answers.answering import Answering
from hq.answers.refusals import Refusals
from hq.ear import Ear
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


class AnswerLine(Ear):
    """Answers what is asked over the broker at `addresses`."""

    def __init__(self, hq: Hq, addresses: Sequence[Address], tls: Trust | None = None) -> None:
        self._refusals = Refusals(hq)
        self._answering = Answering(hq, self._refusals.put)
        line = Line(addresses, name="tote-hq-answers", subscriptions=(topics.ASK,), tls=tls, retained=False)
        # the database, say: who asked gives up by themselves, the next may have more luck
        super().__init__(line, name="answers", failure="a question could not be answered; the line goes on")

    def start(self) -> None:
        self._refusals.start()
        super().start()

    def stop(self) -> None:
        super().stop()
        self._refusals.stop()

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
