"""What others ask of a device's thread, between two polls: each is answered, whatever becomes of the device."""

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hardware.drivers import Driver
from hardware.errors import DeviceLost


@dataclass(frozen=True)
class Task:
    """`work` is called with the driver, for at most `timeout` seconds."""

    work: Callable[[Any], Any]
    timeout: float
    future: Future[Any] = field(default_factory=Future)

    def do(self, driver: Driver) -> None:
        """Never raises: what `work` raises is for who asked."""
        with suppress(InvalidStateError):  # it was given up meanwhile
            try:
                result = self.work(driver)
            except BaseException as error:
                self.future.set_exception(error)
            else:
                self.future.set_result(result)

    def refuse(self, reader: str) -> None:
        with suppress(InvalidStateError):  # who asked has given it up
            self.future.set_exception(DeviceLost(f"reader {reader} is down: look at `tote readers`"))


class Tasks:
    """The tasks for the device of `reader`; may be added and refused from any thread."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._running: Task | None = None

    def add(self, task: Task) -> None:
        self._waiting.put(task)

    def run(self, driver: Driver, begin: Callable[[Task], None]) -> None:
        """Do all that wait, each after `begin`: on the device's thread."""
        for task in self._taken():
            if task.future.set_running_or_notify_cancel():
                self._running = task
                begin(task)
                task.do(driver)
                self._running = None

    def refuse(self) -> None:
        """All that wait fail with `DeviceLost`."""
        for task in self._taken():
            task.refuse(self._reader)

    def abandon(self) -> None:
        """So do they, and the one that is being done."""
        self.refuse()
        running = self._running
        if running is not None:
            running.refuse(self._reader)

    def _taken(self) -> Iterator[Task]:
        with suppress(queue.Empty):
            while True:
                yield self._waiting.get_nowait()
