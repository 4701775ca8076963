"""Readers that are not on this box: a page in a tablet's browser, and the readers of another device (`tote station`).

They tell of themselves by HTTP (kiosk.views.scan): that they are up, again every few seconds, and what they read. Here
is who listens: as a `Supervisor` serves a device, so a `RemoteReader` serves one of these, and shows its health.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import ClassVar, NoReturn, Self

from hardware import drivers
from hardware.errors import BadOption
from hardware.health import ReaderHealth, Record
from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

REMOTE = ("browser", "station")
"""The drivers of readers that are heard, not served."""
SILENCE = 10.0
"""Seconds without a word after which a reader is down; it says every three that it is there."""
SOURCES = 8
"""Pages or devices that speak for one reader at most; the one heard least lately makes room."""
FIXES = {
    "browser": "open the station's page on its tablet",
    "station": "start `tote station` on its device, and look at the network between them",
}


class Elsewhere:
    """Keeps the place of a driver for `tote doctor` and for the check of options; there is no device to open here."""

    driver: ClassVar[str]

    def __init__(self, name: str, /, *, silence: float = SILENCE) -> None:
        self._name = name
        seconds(silence)

    def __enter__(self) -> Self:
        self._refuse()

    def __exit__(self, *_: object) -> None: ...

    def poll(self, timeout: float) -> NoReturn:
        self._refuse()

    def abort(self) -> None: ...

    def _refuse(self) -> NoReturn:
        raise BadOption(
            f"the driver {self.driver!r} is for the settings of the box, which hears of reader {self._name}"
        )


class Browser(Elsewhere):
    driver = "browser"


class OtherDevice(Elsewhere):
    driver = "station"


class RemoteReader:
    """The reader `name`, by what is heard of it; like a `Supervisor` to whoever starts, stops and shows it.

    `emit` is called with every event, one at a time: on the thread that calls `hear`, and what it raises passed on;
    on a thread of its own for the `down` of a reader that fell silent.
    """

    def __init__(
        self, name: str, driver: str, emit: Callable[[ReaderEvent], None], *, silence: float = SILENCE
    ) -> None:
        self._name, self._driver, self._emit, self._silence = name, driver, emit, seconds(silence)
        self._record = Record(name, driver)
        self._lock = threading.Lock()
        self._heard: OrderedDict[str, float] = OrderedDict()
        self._began = time.monotonic()
        self._quit = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"reader-{name}", daemon=True)

    @property
    def health(self) -> ReaderHealth:
        return self._record.health

    def start(self) -> None:
        self._began = time.monotonic()
        self._thread.start()

    def nudge(self) -> None:
        """A device was plugged in here: nothing to a reader that is elsewhere."""

    def quit(self) -> None:
        self._quit.set()

    def stop(self) -> None:
        """End at once."""
        self.quit()
        if self._thread.ident is not None:
            self._thread.join(1.0)

    def hear(self, event: ReaderEvent, source: str = "") -> None:
        """`source` (a page, a device) tells something. Any word but `down` means that the reader is up, `up` said again
        no more than that; it is down when the last source says so."""
        with self._lock:
            if self._quit.is_set():
                return
            if event.kind == "down":
                self._heard.pop(source, None)
                if not self._heard:
                    self._go_down(event.error)
                return
            self._note(source)
            if self.health.state != "up":
                self._tell(ReaderEvent(kind="up", reader=self._name, at=event.at))
            if event.kind != "up":
                self._tell(event)

    # ---- inside, under the lock --------------------------------------------------------------------------------------

    def _note(self, source: str) -> None:
        self._heard[source] = time.monotonic()
        self._heard.move_to_end(source)
        while len(self._heard) > SOURCES:
            self._heard.popitem(last=False)

    def _go_down(self, error: str) -> None:
        if (self.health.state, self.health.error) == ("down", error):
            return
        news = self.health.state != "down"
        self._record.failed(error)
        if news:
            log.info("reader %s is down: %s", self._name, error)
            self._tell(ReaderEvent(kind="down", reader=self._name, at=time.time(), error=error))

    def _tell(self, event: ReaderEvent) -> None:
        self._record.note(event)
        self._emit(event)

    # ---- the watch ---------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._quit.wait(self._silence / 10):
            with self._lock:
                self._look(time.monotonic())

    def _look(self, now: float) -> None:
        for source, heard in list(self._heard.items()):
            if now - heard > self._silence:
                del self._heard[source]
        if self._heard or self.health.state == "down" or now - self._began <= self._silence:
            return
        try:
            self._go_down(f"nothing was heard of it for {self._silence:g} seconds: {FIXES.get(self._driver, '')}")
        except Exception:  # the fault of who listens
            log.exception("nobody could take the down of reader %s", self._name)


def remote(name: str, driver: str, options: Mapping[str, object], emit: Callable[[ReaderEvent], None]) -> RemoteReader:
    """The reader of a `[[reader]]` table whose driver is one of `REMOTE`; raises `BadOption`."""
    try:
        drivers.check(driver, options)
        return RemoteReader(name, driver, emit, silence=seconds(options.get("silence", SILENCE)))
    except BadOption as error:
        raise BadOption(f"reader {name!r}: {error}") from error


def seconds(silence: object) -> float:
    if isinstance(silence, bool) or not isinstance(silence, int | float) or not 0.2 <= silence <= 3600:
        raise BadOption(f"silence must be seconds from 0.2 to 3600 (more than 3 with a real page), not {silence!r}")
    return float(silence)
