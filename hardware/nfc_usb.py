"""NFC tags through a USB reader that nfcpy drives: ACR122U, RC-S380, SCL3711 and their kin."""

import importlib
import re
from typing import ClassVar

import usb1  # type: ignore[import-untyped]

from hardware.errors import BadOption, DeviceAbsent
from hardware.tags.field import Frontend
from hardware.tags.reader import TagReader
from hardware.tags.udp_air import Air
from hardware.tags.usb_port import Usb, UsbPlace, check, readers_at, refusal

EMULATED = re.compile(r"udp:(?P<host>[\w.-]+):(?P<port>\d{1,5})")


class UsbReader(TagReader):
    """The reader at `path`: "usb" for the first that is free, "usb:072f:2200" by vendor and product, with ":SERIAL"
    behind them for one of several, or "usb:001:004" by bus and device; "udp:HOST:PORT" for emulated tags."""

    driver: ClassVar[str] = "nfc_usb"

    def __init__(self, name: str, *, path: str = "usb", interval: float = 0.05, debounce: float = 0.7) -> None:
        super().__init__(name, interval, debounce)
        self._emulated = EMULATED.fullmatch(path)
        if path.startswith("udp") and not self._emulated:
            raise BadOption(f'path = "{path}": give "udp:HOST:PORT"')
        if not self._emulated:
            check(path)
        self._path = path
        self._wire: Usb | Air | None = None

    def open(self) -> Frontend:
        return self._open_air(self._emulated) if self._emulated else self._open_usb()

    def free(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.free()

    def abort(self) -> None:
        wire = self._wire
        if wire is not None:
            wire.abort()

    def wire(self, place: UsbPlace) -> Usb:
        """The open device at `place`; raises OSError."""
        return Usb(place.bus, place.address)

    def _open_air(self, place: re.Match[str]) -> Frontend:
        try:
            self._wire = Air(place["host"], int(place["port"]))
        except OSError as error:
            raise DeviceAbsent(f"nobody emulates tags at {self._path}: start that, or correct `path`") from error
        return Frontend(self._wire, self._path)

    def _open_usb(self) -> Frontend:
        *others, last = readers_at(self._path)
        for place in others:
            try:
                return self._opened(place)
            except DeviceAbsent:  # the next one may be free
                self.free()
        return self._opened(last)

    def _opened(self, place: UsbPlace) -> Frontend:
        try:
            wire = self._wire = self.wire(place)
            return Frontend(importlib.import_module(f"nfc.clf.{place.module}").init(wire), str(place))
        except (OSError, usb1.USBError) as error:
            raise refusal(place, error) from error
