"""NFC tags through a PN532 on a serial port."""

from typing import ClassVar

import nfc.clf.pn532

from hardware.ports import device_at
from hardware.tags.field import Frontend
from hardware.tags.pn532_port import Uart
from hardware.tags.reader import TagReader


class Pn532Reader(TagReader):
    """A PN532 at the serial port `path`, looked at every `interval` seconds (see `TagReader`)."""

    driver: ClassVar[str] = "nfc_pn532"

    def __init__(self, name: str, *, path: str, interval: float = 0.05, debounce: float = 0.7) -> None:
        super().__init__(name, interval, debounce)
        self._path, self._uart = path, Uart()

    def open(self) -> Frontend:
        self._uart.open(device_at(self._path, "NFC reader"))
        return Frontend(nfc.clf.pn532.init(self._uart), self._path)

    def free(self) -> None:
        self._uart.close()

    def abort(self) -> None:
        self._uart.abort()
