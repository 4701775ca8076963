"""An ACR122U behind nfcpy's USB transport: CCID messages with APDUs in them, and a PN532 that some of those are for.

Sources: ACR122U API 2.04, sections 4 and 6; USB CCID 1.1, section 6.
"""

import errno
import struct
from collections.abc import Callable, Iterator
from itertools import chain, repeat

from hardware.simulated.pn532 import Pn532
from hardware.tags.usb_port import Usb

GET_VERSION, TO_CHIP = bytes.fromhex("FF00480000"), bytes.fromhex("FF000000")
VERSION, DONE = b"ACR122U214", b"\x90\x00"
HEAD = "<BI5x"
"""Of a CCID message: its type, the length of what follows, slot and the like."""
DATA_BLOCK, ESCAPE = 0x80, 0x6F


class Acr122(Usb):
    """The transport to a reader whose chip is `chip`. While `mute` it answers nothing; `gone` it is unplugged."""

    def __init__(self, chip: Pn532) -> None:
        self.context = None
        self.mute = self.gone = False
        self._chip, self._answer = chip, b""
        self._garbles: Iterator[Callable[[bytes], bytes] | None] = iter(())
        self.usb_dev: object | None = self

    manufacturer_name, product_name = "ACS", "ACR122U PICC Interface"

    def garble(self, how: Callable[[bytes], bytes], *, after: int = 0, times: int = 1) -> None:
        """Do `how` to the next answers, after the first `after` of them."""
        self._garbles = chain(repeat(None, after), repeat(how, times))

    def write(self, frame: bytearray, timeout: int = 0) -> None:
        self._check()
        apdu = bytes(frame[struct.calcsize(HEAD) :])
        self._answer = self._said(apdu) if frame[0] == ESCAPE else b""

    def read(self, timeout: int = 0) -> bytearray:
        self._check()
        if self.mute:
            raise OSError(errno.ETIMEDOUT, "no answer")
        frame = struct.pack(HEAD, DATA_BLOCK, len(self._answer)) + self._answer
        garble = next(self._garbles, None)
        return bytearray(garble(frame) if garble else frame)

    def close(self) -> None:
        self.usb_dev = None

    def _said(self, apdu: bytes) -> bytes:
        if apdu == GET_VERSION:
            return VERSION
        if not apdu.startswith(TO_CHIP) or self.mute:
            return DONE
        command, data = apdu[6], apdu[7 : 5 + apdu[4]]
        return bytes([0xD5, command + 1]) + self._chip.execute(command, data) + DONE

    def _check(self) -> None:
        if self.gone:
            raise OSError(errno.ENODEV, "unplugged")
        super()._check()
