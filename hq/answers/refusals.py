"""Refused questions, counted for `tote-hq stores` on a thread of its own: it may wait for ingest, an answer may not."""

import logging
import queue
import threading
from contextlib import suppress

from hq import stores
from hq.service import Hq
from sync import topics

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between writes."""
MOST = 200
"""Refusals that wait to be counted; beyond, one that floods is not counted to the last."""
LONGEST = 200
"""Characters told of a refusal: whoever is refused may have written any of them."""


class Refusals:
    """`put` from any thread."""

    def __init__(self, hq: Hq) -> None:
        self._hq = hq
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(MOST)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refused-questions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def put(self, store: str, reason: str) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait((store, reason[:LONGEST]))

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE):
            self._count()
        self._count()

    def _count(self) -> None:
        try:
            if not self._waiting.empty():
                self._write()
        except Exception:  # the database is busy or full: they stay uncounted, and are in the log
            log.exception("refused questions could not be counted")

    def _write(self) -> None:
        refused = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        for store, reason in dict.fromkeys(refused):
            log.warning("refused %s times on %s: %s", refused.count((store, reason)), topics.ask(store), reason)
        with self._hq.engine.begin() as connection:
            for store, reason in refused:
                stores.refuse(connection, store, reason, at=self._hq.clock())
