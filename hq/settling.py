"""The thread that brings decisions into the database which it was too busy for when they were made, and that empties
the database's log of who was erased while somebody read it."""

import logging
from threading import Event, Thread

from hq import decisions, erasure
from hq.service import Hq

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between tries, each of which waits for other writers itself."""


class Settler:
    def __init__(self, hq: Hq, *, poll: float = POLL) -> None:
        self._hq, self._poll = hq, poll
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="decisions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What still waits then is done by the next start: decisions from the journal, the log by its mark."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self._poll):
            self._settle()
            self._empty()

    def _settle(self) -> None:
        try:
            decisions.settle(self._hq)
        except Exception:
            log.exception("%s decisions wait: they stand in the journal", len(self._hq.pending))

    def _empty(self) -> None:
        try:
            erasure.empty_log(self._hq)
        except Exception:
            log.exception("the database's log could not be emptied of who was erased")
