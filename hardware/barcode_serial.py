"""Barcode scanners on a serial port or USB in serial mode (CDC-ACM)."""

import os
import select
import time
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Self

import serial

from hardware.errors import BadOption, DeviceLost
from hardware.framing import Frame, event, framer
from hardware.ports import device_at, held_by_nobody
from hardware.presence import Grip, Presence
from hardware.scan import ReaderEvent

HUNG_UP = "the scanner at {} hung up ({}): check its plug and cable"


class SerialBarcodeReader:
    """Reads lines of a scanner at `path` (a /dev/serial/by-id path survives another USB socket).

    `suffix` is what ends a barcode where that is not CR, LF or both, "none" for a scanner that sends none; `prefix` is
    what each begins with, and is taken off; `patience` the seconds after which a barcode without ending counts as torn.
    """

    driver: ClassVar[str] = "barcode_serial"

    def __init__(
        self, name: str, *, path: str, baud: int = 9600, prefix: str = "", suffix: str = "", patience: float = 0.3
    ) -> None:
        if isinstance(baud, bool) or baud not in serial.Serial.BAUDRATES:
            raise BadOption(f"baud must be the scanner's speed, such as 9600 or 115200, not {baud!r}")
        self._name, self._path, self._baud, self._patience = name, path, baud, patience
        self._framer = framer(prefix=prefix, suffix=suffix, patience=patience)
        self._port: serial.Serial | None = None
        self._grip = Grip()

    def __enter__(self) -> Self:
        device = device_at(self._path, "barcode scanner")
        self._presence = Presence(self._path)
        with held_by_nobody(self._path):
            self._port = serial.Serial(device, self._baud, timeout=0, exclusive=True)
        self._grip.hold(self._port.fileno())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._grip.release()
        if self._port is not None:
            self._port.close()

    def abort(self) -> None:
        self._grip.cut()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Wait for bytes and yield the barcodes they complete; blocks in the kernel, so that no scan waits."""
        for frame in self._frames(min(timeout, self._patience)):
            yield event(self._name, frame)

    def _frames(self, timeout: float) -> Iterator[Frame]:
        port = self._port
        if port is None or self._grip.is_cut:
            raise DeviceLost("the scanner was given up")
        ready, _, _ = select.select([port], [], [], timeout)
        if ready:
            return self._framer.feed(self._read(port), time.monotonic())
        self._presence.check()
        return self._framer.overdue(time.monotonic())

    def _read(self, port: serial.Serial) -> bytes:
        """What is there. A port that is ready and has nothing was unplugged; pyserial would say so in its own words."""
        try:
            octets = os.read(port.fileno(), 4096)
        except OSError as error:
            raise DeviceLost(HUNG_UP.format(self._path, error.strerror)) from error
        if not octets:
            raise DeviceLost(HUNG_UP.format(self._path, "end of file"))
        return octets
