"""A UHF reader at a TCP port of this machine."""

from pathlib import Path

from hardware.simulated.llrp import UhfReader
from tests.hardware.rigs.base import Rig


class PortalRig(Rig):
    driver = "rfid_llrp"
    apart = 2.0  # `gone` below, and the reader's next sign of life

    def __init__(self, _folder: Path) -> None:
        self._reader = UhfReader()

    @property
    def options(self) -> dict[str, object]:
        return {"host": self._reader.host, "port": self._reader.port, "gone": 0.5}

    def show(self, number: int) -> bytes:
        epc = b"\x30" + number.to_bytes(11)
        self._reader.take()
        self._reader.put(epc)
        return epc.hex().upper().encode()

    def clear(self) -> None:
        self._reader.take()

    def unplug(self) -> None:
        self._reader.unplug()

    def replug(self) -> None:
        self._reader.replug()

    def hang(self) -> None:
        self._reader.mute = True

    def recover(self) -> None:
        self._reader.mute = False

    def corrupt(self) -> None:
        """A report whose end is missing, so that it takes in the beginning of the next message."""
        self._reader.send(bytes.fromhex("043D0000001B00000001 00F00011 8D30FFFFFFFFFFFFFFFFFF"))

    def close(self) -> None:
        self._reader.unplug()
