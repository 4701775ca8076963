"""Slots of a virtual PC/SC reader under a pcscd of its own."""

from pathlib import Path
from typing import ClassVar

import pytest

from hardware.errors import DeviceAbsent
from hardware.simulated import Ntag213
from hardware.simulated.pcsc import SLOTS, Pcscd
from hardware.simulated.pcsc_cards import Card
from tests.hardware.rigs.base import Rig, gtin, link


class PcscRig(Rig):
    """Two rigs are the two slots of one pcscd, for a process can speak to one only; so they lose it together."""

    driver, is_nfc = "nfc_pcsc", True
    _users: ClassVar[list["PcscRig"]] = []
    _pcscd: ClassVar[Pcscd]

    def __init__(self, folder: Path) -> None:
        if not PcscRig._users:
            PcscRig._pcscd = running()
        self._slot = len(PcscRig._users)
        PcscRig._users.append(self)
        self._card: Card | None = None

    @property
    def options(self) -> dict[str, object]:
        return {"reader": SLOTS[self._slot]}

    def show(self, number: int) -> bytes:
        self._card = Card(Ntag213(link(gtin(number)), b"\x04" + number.to_bytes(6, "big")))
        self._pcscd.put(self._card, self._slot)
        return link(gtin(number))

    def drop_after(self, commands: int) -> None:
        """What is held is pulled away after so many commands more."""
        if self._card:
            self._card.leave_after = commands

    def clear(self) -> None:
        self._pcscd.take(self._slot)

    def unplug(self) -> None:
        self._pcscd.kill()

    def replug(self) -> None:
        self._pcscd.start()

    def hang(self) -> None:
        self._pcscd.pause()

    def recover(self) -> None:
        self._pcscd.resume()

    def corrupt(self) -> None:
        """A tag whose every answer is cut short."""
        tag = Ntag213(link(gtin(99)))
        self._pcscd.put(Card(tag, spoil=lambda apdu, answer: answer[5:]), self._slot)

    def close(self) -> None:
        self.clear()
        PcscRig._users.remove(self)
        if not PcscRig._users:
            self._pcscd.close()


def running() -> Pcscd:
    """A pcscd with virtual slots, or the test is skipped with what it lacks."""
    try:
        return Pcscd()
    except DeviceAbsent as error:
        pytest.skip(str(error))
