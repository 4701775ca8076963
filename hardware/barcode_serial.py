"""Barcode scanners on a serial port or USB in serial mode (CDC-ACM)."""

import select
import time
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Self

import serial

from hardware.framing import Frame, Framer
from hardware.ports import device_at
from hardware.scan import ReaderEvent, Scan


class SerialBarcodeReader:
    """Reads lines of a scanner at `path` (a /dev/serial/by-id path survives another USB socket).

    `suffix` is what ends a barcode where that is not CR, LF or both; `patience` the seconds after which a barcode
    without ending counts as torn.
    """

    driver: ClassVar[str] = "barcode_serial"

    def __init__(self, name: str, *, path: str, baud: int = 9600, suffix: str = "", patience: float = 0.3) -> None:
        self._name, self._path, self._baud, self._patience = name, path, baud, patience
        self._framer = Framer(suffix.encode(), patience=patience)

    def __enter__(self) -> Self:
        self._port = serial.Serial(device_at(self._path, "barcode scanner"), self._baud, timeout=0, exclusive=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._port.close()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Wait for bytes and yield the barcodes they complete; blocks in the kernel, so that no scan waits."""
        ready, _, _ = select.select([self._port], [], [], min(timeout, self._patience))
        if ready:
            frames = self._framer.feed(self._port.read(max(1, self._port.in_waiting)), time.monotonic())
        else:
            frames = self._framer.overdue(time.monotonic())
        for frame in frames:
            yield self._event(frame)

    def _event(self, frame: Frame) -> ReaderEvent:
        now = time.time()
        if frame.reason:
            return ReaderEvent(kind="partial", reader=self._name, at=now, error=frame.error, reason=frame.reason)
        return ReaderEvent(
            kind="scan", reader=self._name, at=now, scan=Scan(reader=self._name, symbology="", data=frame.data, at=now)
        )
