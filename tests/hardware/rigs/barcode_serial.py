"""A barcode scanner on a pty."""

from pathlib import Path

from hardware.simulated import SerialScanner
from tests.hardware.rigs.base import Rig, gtin


class ScannerRig(Rig):
    driver, queues = "barcode_serial", True
    can_hang = False  # a scanner that nobody uses says nothing either

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

    def corrupt(self) -> None:
        self._scanner.type(bytes(range(0x80, 0xFF)) * 100)

    def close(self) -> None:
        self._scanner.unplug()
