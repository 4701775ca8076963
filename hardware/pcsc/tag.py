"""Tags behind a PC/SC reader as nfcpy's tags: its reading and writing of types 2 and 4 serve every NFC reader alike.

The reader itself selects tags and speaks their protocols, so nfcpy's lowest layer is replaced: of a type 2 tag READ
and WRITE become the reader's own pseudo-APDUs (PC/SC part 3, 3.2.2.1), and APDUs pass as they are. Both classes refuse
where nfcpy would go on for ever or past what a tag may hold.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import nfc.clf
import nfc.tag
from nfc.tag.tt2 import Type2Tag
from nfc.tag.tt4 import Type4Tag, Type4TagCommandError

from hardware.errors import TagError
from hardware.tags.ndef_message import LONGEST
from hardware.tags.tap import DAMAGED, FOREIGN, FORMATTED, PULLED
from hardware.tags.tapping import TORN

READ, WRITE, ACK, NAK = 0x30, 0xA2, b"\x0a", b"\x00"
DONE = b"\x90\x00"
MOST_READ, MOST_WRITTEN = 256, 255
"""Octets a short APDU carries back and forth (ISO/IEC 7816-4)."""

Transmit = Callable[[bytes], bytes]
"""An APDU to its answer, the status word last; raises nfc.clf.CommunicationError where the tag does not answer."""


class Pages:
    """nfcpy's frontend, as far as type 2 tags use it."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit

    def exchange(self, command: bytes, timeout: float) -> bytes:
        """NAK for commands that PC/SC has no name for. A tag's own NAK and its silence look the same from here."""
        if command[0] == READ:
            return self._done(b"\xff\xb0\x00" + bytes([command[1], 16]))
        if command[0] == WRITE:
            self._done(b"\xff\xd6\x00" + bytes([command[1], 4]) + bytes(command[2:6]))
            return ACK
        return NAK

    def _done(self, apdu: bytes) -> bytes:
        answer = self._transmit(apdu)
        if answer[-2:] != DONE:
            raise nfc.clf.TimeoutError(f"the reader answers {answer[-2:].hex()}")
        return answer[:-2]

    def sense(self, target: Any) -> Any:
        return target


class Applications:
    """nfcpy's ISO-DEP, as far as type 4 tags use it."""

    SELECT = bytes.fromhex("00A4040007D276000085010100")

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit

    def exchange(self, apdu: bytes | None, timeout: float | None = None) -> bytes | None:
        """None asks whether the tag is there: whatever it answers to being selected says so."""
        if apdu is None:
            self._transmit(self.SELECT)
            return None
        try:
            return self._transmit(bytes(apdu))
        except nfc.clf.CommunicationError as error:
            raise Type4TagCommandError(nfc.tag.TIMEOUT_ERROR) from error


class PagesTag(Type2Tag):  # type: ignore[misc]  # nfcpy has no types
    """A type 2 tag."""

    def __init__(self, transmit: Transmit, uid: bytes) -> None:
        target = nfc.clf.RemoteTarget("106A", sdd_res=bytearray(uid), sel_res=bytearray(1))
        super().__init__(Pages(transmit), target)


class ApplicationsTag(Type4Tag):  # type: ignore[misc]
    """A type 4 tag."""

    class NDEF(Type4Tag.NDEF):  # type: ignore[misc]
        def _discover_ndef(self) -> bool:
            found = self.tag.is_formatted = bool(super()._discover_ndef())
            self._max_le: int = min(self._max_le, MOST_READ)
            self._max_lc: int = min(self._max_lc or 1, MOST_WRITTEN)
            return found

        def _read_binary(self, offset: int, size: int) -> bytes:
            """`size` is all that is left to read: a length that lies is found out at once."""
            if offset + size > LONGEST + 4:
                raise ValueError(f"the tag says that it holds {size} octets")
            octets: bytes = super()._read_binary(offset, size)
            if not 0 < len(octets) <= size:
                raise ValueError(f"{len(octets)} octets for {size}")
            return octets

    def __init__(self, transmit: Transmit, uid: bytes) -> None:
        target = nfc.clf.RemoteTarget("106A", sdd_res=bytearray(uid), sel_res=bytearray(b"\x20"))
        super().__init__(None, target)
        self.is_formatted = False
        """It has an NDEF file."""
        self._nfcid, self._dep, self._extended_length_support = bytearray(uid), Applications(transmit), False


def octets(tag: PagesTag | ApplicationsTag) -> bytes:
    """The tag's NDEF message, as it is; raises `TagError` with the reason why there is none."""
    try:
        return _message(tag)
    except PULLED:
        raise TagError("tag-damaged", DAMAGED) if _is_there(tag) else TagError("tag-torn", TORN) from None


def _message(tag: PagesTag | ApplicationsTag) -> bytes:
    """nfcpy says None for "no NDEF" and for "gone" alike."""
    ndef = tag.ndef
    if ndef is not None and ndef.length <= ndef.capacity:
        return bytes(ndef.octets)
    if ndef is not None or _is_formatted(tag):
        raise LookupError("the tag promises a message that it does not hold")
    if not _is_there(tag):
        raise LookupError("the tag does not answer")
    raise TagError("tag-foreign", FOREIGN)


def _is_formatted(tag: PagesTag | ApplicationsTag) -> bool:
    return bool(tag.read(3)[0] == FORMATTED) if isinstance(tag, PagesTag) else tag.is_formatted


def _is_there(tag: nfc.tag.Tag) -> bool:
    with suppress(*PULLED):
        return bool(tag.is_present)
    return False
