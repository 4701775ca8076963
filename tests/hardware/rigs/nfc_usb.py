"""nfcpy's `udp` device in place of one on USB: tags that answer at a port."""

from itertools import cycle
from pathlib import Path

from hardware.simulated.tags import Ntag213
from hardware.simulated.udp_air import UdpAir
from tests.hardware.rigs.base import Rig, gtin, link


def not_hexadecimal(datagram: bytes) -> bytes:
    return datagram[:-1] + b"?"


def cut_off(datagram: bytes) -> bytes:
    return datagram[:4]


def half_an_octet(datagram: bytes) -> bytes:
    return datagram[:-1]


def noise(datagram: bytes) -> bytes:
    return bytes(octet ^ 0xA5 for octet in datagram)


GARBLES = (not_hexadecimal, cut_off, half_an_octet, noise)
"""Broken so that it shows: these datagrams have no checksum, which frames on air and on USB have."""


class AirRig(Rig):
    driver, is_nfc = "nfc_usb", True
    can_hang = False  # a port that says nothing is one without a tag; on USB every look has an answer

    def __init__(self, folder: Path) -> None:
        self.air = UdpAir()
        self._garbles = cycle(GARBLES)
        self._held: Ntag213 | None = None

    @property
    def options(self) -> dict[str, object]:
        return {"path": self.air.path}

    def show(self, number: int) -> bytes:
        self._held = Ntag213(link(gtin(number)), b"\x04" + number.to_bytes(6, "big"))
        self.air.put(self._held)
        return link(gtin(number))

    def drop_after(self, n: int) -> None:
        if self._held is not None:
            self._held.leave_after = n

    def clear(self) -> None:
        self.air.take()

    def unplug(self) -> None:
        self.air.unplug()

    def replug(self) -> None:
        self.air.replug()

    def corrupt(self) -> None:
        """The next answer, each time in another way; without a tag there is none."""
        self.air.garble = next(self._garbles)

    def close(self) -> None:
        self.air.unplug()
