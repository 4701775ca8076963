"""A rig per driver: the simulated device, the driver's options, and codes to hold before it."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware import drivers
from hardware.pictures import opencv
from hardware.scan import ReaderEvent
from hardware.simulated import Ntag213, Pn532, SerialScanner
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
    finally:
        supervisor.stop()


class Rig(ABC):
    """A simulated device at a stable place below `folder`."""

    driver: str
    burst: int
    """How many codes are shown one after the other as fast as a person or a trigger can."""

    @property
    @abstractmethod
    def options(self) -> dict[str, object]: ...

    @abstractmethod
    def show(self, number: int) -> bytes:
        """Hold the code `number` to the reader; returns the data its scan must have."""

    @abstractmethod
    def unplug(self) -> None: ...

    @abstractmethod
    def replug(self) -> None: ...


class ScannerRig(Rig):
    driver, burst = "barcode_serial", 100

    def __init__(self, folder: Path) -> None:
        self._scanner = SerialScanner(folder / "scanner")

    @property
    def options(self) -> dict[str, object]:
        return {"path": self._scanner.path}

    def show(self, number: int) -> bytes:
        self._scanner.type(gtin(number).encode() + b"\r\n")
        return gtin(number).encode()

    def unplug(self) -> None:
        self._scanner.unplug()

    def replug(self) -> None:
        self._scanner.replug()


class ChipRig(Rig):
    driver, burst = "nfc_pn532", 6

    def __init__(self, folder: Path) -> None:
        self.chip = Pn532(folder / "chip")

    @property
    def options(self) -> dict[str, object]:
        return {"path": self.chip.path}

    def show(self, number: int) -> bytes:
        self.chip.take()
        self.chip.put(Ntag213(link(gtin(number)), b"\x04" + number.to_bytes(6, "big")))
        time.sleep(0.7)
        return link(gtin(number))

    def unplug(self) -> None:
        self.chip.unplug()

    def replug(self) -> None:
        self.chip.replug()


class CameraRig(Rig):
    driver, burst = "camera", 5

    def __init__(self, folder: Path) -> None:
        self._pictures = folder / "pictures"
        self._pictures.mkdir()
        self._away = folder / "away"

    @property
    def options(self) -> dict[str, object]:
        return {"source": str(self._pictures), "hold": 0.2}

    def show(self, number: int) -> bytes:
        fresh = self._pictures / f".{number}.png"
        fresh.write_bytes(ean13(gtin(number)))
        fresh.rename(self._pictures / f"{number}.png")
        return gtin(number).encode()

    def unplug(self) -> None:
        if self._pictures.exists():
            self._pictures.rename(self._away)

    def replug(self) -> None:
        self._away.rename(self._pictures)


RIGS: list[Callable[[Path], Rig]] = [ScannerRig, ChipRig, CameraRig]
