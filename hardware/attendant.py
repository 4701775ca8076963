"""The thread that serves one device: opens it, polls it, and begins anew after every failure."""

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Literal, Protocol

from hardware.drivers import Driver
from hardware.errors import HardwareError
from hardware.scan import ReaderEvent
from hardware.tasks import Task, Tasks

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds a poll may wait: a bound on how late an end or a task is noticed."""
OPENING, ANSWERING = 15.0, 4.0
"""Seconds after which a device that is being opened, or polled and closed, counts as hanging. Cameras open slowly."""

BREATH = 0.2
"""Seconds between a failure and the next opening at the least: drivers that open a device may themselves cause what
udev calls a plug."""

UNSAID = (
    "it lost its connection or is too slow to answer: check its plug and cable, and how busy this machine is "
    "({kind}: {error})"
)
"""For what a driver lets through; which of the two it was can't be told from a silence."""


class Owner(Protocol):
    """Whom an attendant serves; both are called on its thread."""

    def take(self, attendant: "Attendant", event: ReaderEvent) -> None: ...

    def failed(self, attendant: "Attendant", error: str) -> None:
        """The device failed, or failed again."""


class Attendant:
    """Serves the reader `name` until `quit`. After a failure it waits `backoff[0]` seconds, then twice as long each
    time up to `backoff[1]`, and from the beginning again once a poll has gone well or a device was plugged in.
    `is_down` says that its owner has already told so."""

    def __init__(
        self,
        name: str,
        make: Callable[[], Driver],
        owner: Owner,
        backoff: tuple[float, float],
        *,
        is_down: bool = False,
    ) -> None:
        self._name, self._make, self._owner = name, make, owner
        self._backoff, self._delay = backoff, backoff[0]
        self._quit, self._wake = threading.Event(), threading.Event()
        self._driver: Driver | None = None
        self._tasks = Tasks(name)
        self._is_down = is_down
        self._due = math.inf
        self._thread = threading.Thread(target=self._run, name=f"reader-{name}", daemon=True)

    @property
    def hangs(self) -> bool:
        """The device keeps the thread longer than any device may, or has killed it."""
        was_killed = self._thread.ident is not None and not self._thread.is_alive() and not self._quit.is_set()
        return was_killed or time.monotonic() > self._due

    def start(self) -> None:
        self._expect(OPENING)
        self._thread.start()

    def quit(self) -> None:
        self._quit.set()
        self._wake.set()

    def ended(self, timeout: float) -> bool:
        """Whether the thread has ended, after at most `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def nudge(self) -> None:
        """A device was plugged in or pulled: look now instead of later."""
        self._delay = self._backoff[0]
        self._wake.set()

    def abort(self) -> None:
        """Free the device by force, so that a call which hangs in it fails."""
        driver = self._driver
        if driver is not None:
            try:
                driver.abort()
            except Exception:  # it must not, but who calls this has worse to mend
                log.exception("reader %s could not be freed by force", self._name)

    def abandon(self) -> None:
        """Quit, and wait for nothing: who waits for a task's result is told that there will be none."""
        self.quit()
        self._tasks.abandon()
        self.abort()

    def submit(self, work: Callable[[Any], Any], timeout: float) -> Future[Any]:
        task = Task(work, timeout)
        self._tasks.add(task)
        if self._is_down or self._quit.is_set():  # asked afterwards: nobody may look at the tasks any more
            self._tasks.refuse()
        return task.future

    def _run(self) -> None:
        while not self._quit.is_set():
            try:
                self._serve()
            except BaseException as error:  # whatever a device throws is a reason to begin again, never to end
                self._due = math.inf
                if not self._quit.is_set():
                    self._went_down(error)
                    self._tasks.refuse()
                    self._pause()
        self._tasks.refuse()

    def _serve(self) -> None:
        self._expect(OPENING)
        self._driver = None
        driver = self._driver = self._make()
        with driver:
            self._turn("up")
            while not self._quit.is_set():
                self._expect(ANSWERING)
                for event in driver.poll(POLL):
                    self._tell(event)
                self._delay = self._backoff[0]
                self._tasks.run(driver, lambda task: self._expect(task.timeout + ANSWERING))
            self._expect(ANSWERING)
        self._due = math.inf

    def _expect(self, seconds: float) -> None:
        self._due = time.monotonic() + seconds

    def _pause(self) -> None:
        self._due, began = math.inf, time.monotonic()
        self._wake.wait(self._delay)
        self._wake.clear()
        self._quit.wait(max(0.0, began + min(BREATH, self._backoff[0]) - time.monotonic()))
        self._delay = min(self._delay * 2, self._backoff[1])

    def _went_down(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, HardwareError) else UNSAID.format(error=error, kind=type(error).__name__)
        self._owner.failed(self, text)
        if not self._is_down:
            log.warning("reader %s is down: %s", self._name, text)
            log.debug("reader %s went down by", self._name, exc_info=error)
            self._turn("down", text)

    def _turn(self, state: Literal["up", "down"], error: str = "") -> None:
        self._is_down = state == "down"
        self._tell(ReaderEvent(kind=state, reader=self._name, at=time.time(), error=error))

    def _tell(self, event: ReaderEvent) -> None:
        self._due = math.inf  # however long the listener needs, that is not the device's fault
        self._owner.take(self, event)
        self._expect(ANSWERING)
