"""What every rig is, and what tests of drivers share: codes, pictures of them, a supervised reader and its events."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hardware import drivers
from hardware.imaging.pictures import opencv
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor


def gtin(number: int) -> str:
    """A valid GTIN-13 for each number."""
    digits = f"400638{number:06}"
    odd, even = sum(map(int, digits[0::2])), sum(map(int, digits[1::2]))
    return digits + str(-(odd + 3 * even) % 10)


def link(code: str) -> bytes:
    """An NDEF message with one URI record, https://a.example/01/CODE, made by hand (NFC Forum URI RTD)."""
    payload = b"\x04a.example/01/" + code.encode()
    return bytes([0xD1, 1, len(payload)]) + b"U" + payload


def ean13(code: str) -> bytes:
    """A picture of the barcode, as PNG."""
    import numpy as np
    import zxingcpp

    bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    picture = np.pad(np.array(bars), 60, constant_values=255)
    return bytes(opencv().imencode(".png", picture)[1])


class Recorder:
    """Takes a supervisor's events and waits for them."""

    def __init__(self) -> None:
        self.events: list[ReaderEvent] = []
        self._news = threading.Condition()

    def __call__(self, event: ReaderEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def of(self, kind: str) -> list[ReaderEvent]:
        return [event for event in self.events if event.kind == kind]

    def codes(self) -> list[bytes]:
        return [event.scan.data for event in self.events if event.scan]

    def wait(self, what: Callable[["Recorder"], bool], timeout: float = 10.0) -> None:
        with self._news:
            assert self._news.wait_for(lambda: what(self), timeout), self.events

    def wait_for(self, kind: str, count: int = 1, timeout: float = 10.0) -> ReaderEvent:
        self.wait(lambda recorder: len(recorder.of(kind)) >= count, timeout)
        return self.of(kind)[count - 1]


@contextmanager
def supervised(driver: str, name: str = "reader", **options: object) -> Iterator[tuple[Supervisor, Recorder]]:
    """A running supervisor that is up, and what it emits."""
    recorder = Recorder()
    supervisor = Supervisor(name, drivers.load(driver), options, recorder)
    supervisor.start()
    try:
        recorder.wait_for("up")
        yield supervisor, recorder
    except AssertionError as error:
        error.add_note(f"the reader then: {supervisor.health}")
        raise
    finally:
        supervisor.stop()


class Rig(ABC):
    """A simulated device at a stable place below a folder of its own, the driver's options, and codes to hold to it."""

    driver: str
    queues = False
    """A scanner: codes may be shown in a burst without waiting. Else what is shown is held until it is taken away."""
    can_hang = True
    """A dead device can be told from an idle one."""
    is_nfc = False
    burst = 100
    apart = 1.2
    """Seconds after which what was taken away and is shown again counts anew."""

    @contextmanager
    def supervised(self, name: str = "reader") -> Iterator[tuple[Supervisor, Recorder]]:
        """The reader of this device, up and served, and what it emits."""
        with supervised(self.driver, name, **self.options) as running:
            yield running

    @property
    @abstractmethod
    def options(self) -> dict[str, object]: ...

    @abstractmethod
    def show(self, number: int) -> bytes:
        """Hold the code `number` to the reader, in place of what was there; returns the data its scan must have."""

    def clear(self) -> None:  # noqa: B027 (a scanner holds nothing)
        """Take away what is held."""

    def drop_after(self, n: int) -> None:
        """Of NFC rigs: the tag now held goes away after `n` more exchanges."""
        raise NotImplementedError

    @abstractmethod
    def unplug(self) -> None: ...

    @abstractmethod
    def replug(self) -> None: ...

    def hang(self) -> None:
        """Stay connected and answer nothing, until `recover`."""
        raise NotImplementedError

    def recover(self) -> None:
        raise NotImplementedError

    @abstractmethod
    def corrupt(self) -> None:
        """Send broken bytes once."""

    @abstractmethod
    def close(self) -> None:
        """End the simulator."""
