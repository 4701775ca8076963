"""One thread per device: opens it, polls it, and brings it back from every failure, for ever."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from hardware.drivers import Factory
from hardware.errors import HardwareError
from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds a poll may wait: a bound on how late `stop` is noticed."""

UNSAID = (
    "it lost its connection or is too slow to answer: check its plug and cable, and how busy this machine is "
    "({kind}: {error})"
)
"""For what a driver lets through; which of the two it was can't be told from a silence."""


@dataclass(frozen=True, kw_only=True)
class ReaderHealth:
    """How a reader does, for the status page; times are seconds since 1970."""

    name: str
    driver: str
    state: Literal["starting", "up", "down"] = "starting"
    since: float = 0.0
    last_scan: float | None = None
    scans: int = 0
    failures: int = 0
    error: str = ""


class Supervisor:
    """Owns the reader `name`: its thread, its device, its health.

    `emit` is called on that thread with every event; `up` and `down` come once per change. After any exception a fresh
    driver is made, at first after `backoff[0]` seconds, then doubling up to `backoff[1]`, and again from the beginning
    once a poll has gone well.
    """

    def __init__(
        self,
        name: str,
        factory: Factory,
        options: Mapping[str, object],
        emit: Callable[[ReaderEvent], None],
        *,
        backoff: tuple[float, float] = (0.2, 5.0),
    ) -> None:
        self._name, self._factory, self._options, self._emit = name, factory, dict(options), emit
        self._backoff, self._delay = backoff, backoff[0]
        self._quit = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reader-{name}", daemon=True)
        driver = getattr(factory, "driver", getattr(factory, "__name__", ""))
        self.health = ReaderHealth(name=name, driver=driver, since=time.time())

    def start(self) -> None:
        """Begin; the reader's absence is no error, only `down`."""
        self._thread.start()

    def quit(self) -> None:
        """Ask it to end, without waiting: of many, ask all before each is stopped."""
        self._quit.set()

    def stop(self) -> None:
        """End within a second, the device closed."""
        self.quit()
        if self._thread.ident is None:
            return
        self._thread.join(1.0)
        if self._thread.is_alive():  # a driver stuck in the kernel: a daemon thread does not keep the process
            log.error("reader %s did not stop within a second", self._name)

    def _run(self) -> None:
        while not self._quit.is_set():
            try:
                self._serve()
            except Exception as error:  # whatever a device throws is a reason to begin again, never to end
                if self._quit.is_set():  # it ends anyway
                    return
                self._went_down(error)
                self._quit.wait(self._delay)
                self._delay = min(self._delay * 2, self._backoff[1])

    def _serve(self) -> None:
        with self._factory(self._name, **self._options) as driver:
            self._turn("up")
            while not self._quit.is_set():
                for event in driver.poll(POLL):
                    self._deliver(event)
                self._delay = self._backoff[0]

    def _went_down(self, error: Exception) -> None:
        text = str(error) if isinstance(error, HardwareError) else UNSAID.format(error=error, kind=type(error).__name__)
        news = self.health.state != "down"
        self.health = replace(self.health, failures=self.health.failures + 1, error=text)
        if news:
            log.warning("reader %s is down: %s", self._name, text)
            log.debug("reader %s went down by", self._name, exc_info=error)
            self._turn("down", text)

    def _turn(self, state: Literal["up", "down"], error: str = "") -> None:
        now = time.time()
        self.health = replace(self.health, state=state, since=now, error=error)
        self._deliver(ReaderEvent(kind=state, reader=self._name, at=now, error=error))

    def _deliver(self, event: ReaderEvent) -> None:
        if event.kind == "scan":
            self.health = replace(self.health, scans=self.health.scans + 1, last_scan=event.at)
        try:
            self._emit(event)
        except Exception:  # the fault of who listens: the device is fine and goes on
            log.exception("nobody could take the %s of reader %s", event.kind, self._name)
