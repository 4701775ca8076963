"""A thread that does something again and again, however often it fails."""

import logging
from collections.abc import Callable
from threading import Event, Thread

log = logging.getLogger(__name__)

Task = tuple[Callable[[], object], str]
"""What is done, and what the log says where it fails."""


class Recurring:
    """Does its tasks in their order every `poll` seconds. A failure of one is logged with its traceback, and ends
    neither the others nor the next round."""

    def __init__(self, name: str, *tasks: Task, poll: float) -> None:
        self._tasks, self._poll = tasks, poll
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Waits for the round that is under way, five seconds at most."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self._poll):
            for task, failure in self._tasks:
                try:
                    task()
                except Exception:
                    log.exception("%s; next try in %s s", failure, self._poll)
