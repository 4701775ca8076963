"""A reader that is always served: what its device says reaches the listener, and a device that hangs is replaced."""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from hardware import drivers
from hardware.attendant import Attendant
from hardware.drivers import Driver, Factory
from hardware.errors import BadOption
from hardware.health import ReaderHealth, Record
from hardware.power import PowerSwitch, Restarts, switch_of
from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

T = TypeVar("T")

BACKLOG = 256
"""Events that wait for the listener; then the device waits too, and what it sends stays in its own buffers."""
LOOK = 0.5
"""Seconds between looks whether the device hangs."""
MOST_HUNG = 4
"""Threads of one reader that may hang for good, as in a call that the kernel does not end; then it waits for one."""
ENDING = 0.9
"""Seconds that `stop` may take."""
HANGS = "it does not answer any more: it is opened anew; if that does not help, pull its plug and put it in again"


class Supervisor:
    """Owns the reader `name`: a thread for its device (`Attendant`), a bounded queue, and a thread that listens.

    `emit` is called on the listener's thread with every event, in order; `up` and `down` come once per change. `power`
    cuts the device's current when it stays wedged.
    """

    def __init__(
        self,
        name: str,
        factory: Factory,
        options: Mapping[str, object],
        emit: Callable[[ReaderEvent], None],
        *,
        backoff: tuple[float, float] = (0.2, 5.0),
        power: PowerSwitch | None = None,
    ) -> None:
        self._name, self._factory, self._options, self._emit = name, factory, dict(options), emit
        self._backoff = backoff
        self._record = Record(name, getattr(factory, "driver", getattr(factory, "__name__", "")))
        self._restarts = Restarts(power) if power else None
        self._events: queue.Queue[tuple[Attendant, ReaderEvent] | None] = queue.Queue(BACKLOG)
        self._quit, self._late = threading.Event(), threading.Event()
        self._attendant, self._turning = self._new_attendant(), threading.Lock()
        self._hung: list[Attendant] = []
        self._drop_from = math.inf
        self._listener = threading.Thread(target=self._listen, name=f"listener-{name}", daemon=True)

    @property
    def health(self) -> ReaderHealth:
        return self._record.health

    def start(self) -> None:
        """Begin; the reader's absence is no error, only `down`."""
        self._listener.start()
        self._attendant.start()

    def nudge(self) -> None:
        """A device was plugged in or pulled: look now instead of when the back-off is over."""
        self._attendant.nudge()

    def submit(self, task: Callable[[Any], T], *, timeout: float = 10.0) -> Future[T]:
        """Have `task` called with the driver on the device's thread, between two polls, for at most `timeout` seconds.

        The future raises what the task raises, and `DeviceLost` where the device is or goes down.
        """
        return self._attendant.submit(task, timeout)

    def quit(self) -> None:
        """Ask it to end, without waiting: of many, ask all before each is stopped."""
        with self._turning:
            self._drop_from = time.monotonic() + LOOK
            self._quit.set()
            self._attendant.quit()

    def stop(self) -> None:
        """End within a second, the device closed; what was read before is still delivered."""
        end = time.monotonic() + ENDING
        self.quit()
        if not self._attendant.ended(0.6):
            self._attendant.abandon()
            if not self._attendant.ended(0.2):  # stuck in the kernel: a daemon thread does not keep the process
                log.error("reader %s did not stop within a second", self._name)
        if self._listener.ident is not None:
            with suppress(queue.Full):
                self._events.put(None, timeout=_left(end))
            self._listener.join(_left(end) + 0.05)
            if self._listener.is_alive():
                log.error("reader %s: %d events could not be delivered in time", self._name, self._events.qsize())
                self._late.set()

    # ---- what the attendant says (on its thread) ---------------------------------------------------------------------

    def take(self, attendant: Attendant, event: ReaderEvent) -> None:
        with self._turning:
            if attendant is not self._attendant:  # one that hung and woke again has nothing to say any more
                return
            self._record.note(event)
        self._put(attendant, event)

    def failed(self, attendant: Attendant, error: str) -> None:
        if attendant is self._attendant:
            self._record.failed(error)
            if self._restarts:
                self._restarts.failed(self._name)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _new_attendant(self, *, is_down: bool = False) -> Attendant:
        def make() -> Driver:
            return self._factory(self._name, **self._options)

        return Attendant(self._name, make, self, self._backoff, is_down=is_down)

    def _put(self, attendant: Attendant, event: ReaderEvent) -> None:
        """Waits for the listener; once it is to end, no longer than `LOOK` for all that is still to come."""
        while True:
            ends = self._quit.is_set()
            try:
                self._events.put((attendant, event), timeout=_left(self._drop_from) if ends else LOOK)
                return
            except queue.Full:
                if ends:
                    return

    def _listen(self) -> None:
        while not self._late.is_set():
            try:
                came = self._events.get(timeout=LOOK)
            except queue.Empty:
                self._look_after()
                continue
            if came is None:
                return
            self._deliver(*came)

    def _deliver(self, attendant: Attendant, event: ReaderEvent) -> None:
        if attendant is not self._attendant:  # it was replaced just when it said so
            return
        try:
            self._emit(event)
        except BaseException:  # the fault of who listens: the device is fine and goes on
            log.exception("nobody could take the %s of reader %s", event.kind, self._name)

    def _look_after(self) -> None:
        try:
            self._replace_if_hung()
        except Exception:  # no thread to be had, say: the next look may have more luck
            log.exception("reader %s hangs and could not be opened anew", self._name)

    def _replace_if_hung(self) -> None:
        self._hung = [each for each in self._hung if not each.ended(0.0)]
        with self._turning:  # or one that is being stopped would get a new thread
            if self._quit.is_set() or not self._attendant.hangs or len(self._hung) >= MOST_HUNG:
                return
            hung, self._attendant = self._attendant, self._new_attendant(is_down=True)
        log.warning("reader %s hangs: it is opened anew", self._name)
        self._hung.append(hung)
        hung.abandon()
        self.failed(self._attendant, HANGS)
        self.take(self._attendant, ReaderEvent(kind="down", reader=self._name, at=time.time(), error=HANGS))
        self._attendant.start()


def _left(end: float) -> float:
    return max(0.0, end - time.monotonic())


def supervise(name: str, driver: str, options: Mapping[str, object], emit: Callable[[ReaderEvent], None]) -> Supervisor:
    """The supervisor of a `[[reader]]` table; raises `UnknownDriver`, `MissingLibrary` or `BadOption`."""
    device = drivers.device_options(options)
    try:
        drivers.made(driver, name, options)
        return Supervisor(name, drivers.load(driver), device, emit, power=switch_of(options.get("power")))
    except BadOption as error:
        raise BadOption(f"reader {name!r}: {error}") from error
