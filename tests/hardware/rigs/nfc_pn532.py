"""A PN532 chip on a pty."""

from pathlib import Path

from hardware.simulated import Ntag213, Pn532
from tests.hardware.rigs.base import Rig, gtin, link


class ChipRig(Rig):
    driver, is_nfc = "nfc_pn532", True

    def __init__(self, folder: Path) -> None:
        self.chip = Pn532(folder / "chip")

    @property
    def options(self) -> dict[str, object]:
        return {"path": self.chip.path}

    def show(self, number: int) -> bytes:
        self.chip.take()
        self.chip.put(Ntag213(link(gtin(number)), b"\x04" + number.to_bytes(6, "big")))
        return link(gtin(number))

    def clear(self) -> None:
        self.chip.take()

    def unplug(self) -> None:
        self.chip.unplug()

    def replug(self) -> None:
        self.chip.replug()

    def hang(self) -> None:
        self.chip.mute = True

    def recover(self) -> None:
        self.chip.mute = False

    def corrupt(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self.chip.unplug()
