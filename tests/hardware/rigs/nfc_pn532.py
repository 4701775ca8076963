"""A PN532 chip on a pty."""

from itertools import cycle
from pathlib import Path

from hardware.simulated import Ntag213, Pn532
from tests.hardware.rigs.base import Rig, gtin, link


def wrong_sum(frame: bytes) -> bytes:
    return frame[:-2] + bytes([frame[-2] ^ 0x55]) + frame[-1:]


def wrong_length(frame: bytes) -> bytes:
    return frame[:3] + bytes([frame[3] ^ 0x15]) + frame[4:]


def cut_off(frame: bytes) -> bytes:
    return frame[:-3]


def noise(frame: bytes) -> bytes:
    return bytes(octet ^ 0xA5 for octet in frame)


def flipped(frame: bytes) -> bytes:
    return frame[:7] + bytes([frame[7] ^ 0x01]) + frame[8:]


GARBLES = (wrong_sum, wrong_length, cut_off, noise, flipped)


class ChipRig(Rig):
    driver, is_nfc = "nfc_pn532", True

    def __init__(self, folder: Path) -> None:
        self.chip = Pn532(folder / "chip")
        self._garbles = cycle(GARBLES)
        self._held: Ntag213 | None = None

    @property
    def options(self) -> dict[str, object]:
        return {"path": self.chip.path}

    def show(self, number: int) -> bytes:
        self.clear()
        self._held = Ntag213(link(gtin(number)), b"\x04" + number.to_bytes(6, "big"))
        self.chip.put(self._held)
        return link(gtin(number))

    def drop_after(self, n: int) -> None:
        if self._held is not None:
            self._held.leave_after = n

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
        """The chip's next answer, each time in another way."""
        self.chip.garble(next(self._garbles))

    def close(self) -> None:
        self.chip.unplug()
