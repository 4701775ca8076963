"""An MQTT connection of HQ's with a thread of its own, so that nothing that is heard elsewhere waits behind it."""

import logging
import threading
from abc import ABC, abstractmethod

from sync.line import Line

log = logging.getLogger(__name__)


class Ear(ABC):
    """Takes one step after the other, for as long as it is not stopped. One that fails is logged with its traceback,
    and the next is taken after `pause` seconds."""

    def __init__(self, line: Line, *, name: str, failure: str, pause: float = 0.0, patience: float = 5.0) -> None:
        """`failure` is what the log says then; `patience` is how many seconds a stop waits for the step under way."""
        self._line, self._failure, self._pause, self._patience = line, failure, pause, patience
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def up(self) -> bool:
        return self._line.up

    def start(self) -> None:
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=self._patience)
        self._line.stop()

    @abstractmethod
    def _step(self) -> None:
        """Waits for what is heard next, a moment at most, and takes it."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception:
                log.exception(self._failure)
                self._stopping.wait(self._pause)
