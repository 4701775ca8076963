"""A card at a PC/SC reader: told by its ATR, connected to, and read."""

import time
from types import TracebackType
from typing import Self

import nfc.clf
import nfc.tag
from smartcard import scard

from hardware.errors import DeviceLost, TagError
from hardware.pcsc.service import Service, check
from hardware.pcsc.tag import ApplicationsTag, PagesTag, octets
from hardware.tags.tap import DAMAGED, FOREIGN, READING, Hopeless
from hardware.tags.tapping import TORN

STORAGE = bytes.fromhex("A000000306")
"""The identifier in the ATR of cards without a file system, before the standard (1) and the name (2): PC/SC part 3,
3.1.3.2.3.1."""
TYPE_A = 3
"""ISO/IEC 14443-3 A."""
CLASSICS = {0x0001, 0x0002, 0x0026, 0x0036, 0x0037, 0x0038, 0x0039, 0xFF08, 0xFF09, 0xFF18, 0xFF28, 0xFF38, 0xFF88}
"""MIFARE Classic 1K, 4K and Mini, Plus in level 1; 0xFF.. is what an ACR122U makes of a SEL_RES it does not know."""
CARD_FAULTS = {
    scard.SCARD_W_REMOVED_CARD,
    scard.SCARD_W_RESET_CARD,
    scard.SCARD_W_UNPOWERED_CARD,
    scard.SCARD_W_UNRESPONSIVE_CARD,
    scard.SCARD_W_UNSUPPORTED_CARD,
    scard.SCARD_E_NO_SMARTCARD,
    scard.SCARD_E_NOT_TRANSACTED,
    scard.SCARD_E_PROTO_MISMATCH,
    scard.SCARD_E_INSUFFICIENT_BUFFER,
}
"""Codes of PC/SC that are the card's doing; all others are the reader's or pcscd's."""
GET_UID = bytes.fromhex("FFCA000000")
SHARED = "another program keeps the card at the PC/SC reader for itself: end that program"


class Card:
    """The card at `reader`, whose ATR is `atr`, within the `with`. Raises `TagError` "tag-torn" where it is gone, and
    `DeviceLost` where the reader is."""

    def __init__(self, service: Service, reader: str, atr: bytes) -> None:
        self._service, self._reader, self._atr = service, reader, atr
        self._until = float("inf")
        self._handle = 0
        self._uid: bytes | None = None

    def __enter__(self) -> Self:
        code, self._handle, protocol = self._service.connect(self._reader)
        if code in CARD_FAULTS:
            raise TagError("tag-torn", TORN)
        if code == scard.SCARD_E_SHARING_VIOLATION:
            raise DeviceLost(SHARED)
        check(code)
        self._header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A tag that refused something may stay mute until it is reset. But where a reset finds none, pcscd 1.9.9
        counts the slot as empty until the next removal, and a tag put there within 0.4 s would not be seen."""
        refused = isinstance(error, TagError) and error.reason != "tag-torn"
        scard.SCardDisconnect(self._handle, scard.SCARD_RESET_CARD if refused else scard.SCARD_LEAVE_CARD)

    def uid(self) -> bytes:
        """b"" where the reader does not tell it, as contact readers don't."""
        if self._uid is None:
            self._uid = self._ask_uid()
        return self._uid

    def tag(self) -> nfc.tag.Tag:
        """The card for nfcpy; raises `Hopeless` where it is none of the shop's."""
        kind = kind_of(self._atr)
        if kind is None:
            raise Hopeless("tag-foreign", FOREIGN)
        return kind(self._transmit, self.uid())

    def message(self) -> bytes:
        """The NDEF message, as it is; raises `TagError` with the reason why there is none."""
        tag = self.tag()
        self._until = time.monotonic() + READING
        try:
            return octets(tag)
        except TagError:
            if time.monotonic() > self._until:
                raise Hopeless("tag-damaged", DAMAGED) from None
            raise

    def _ask_uid(self) -> bytes:
        try:
            answer = self._transmit(GET_UID)
        except nfc.clf.CommunicationError:
            raise TagError("tag-torn", TORN) from None
        return answer[:-2] if answer[-2:] == b"\x90\x00" else b""

    def _transmit(self, apdu: bytes) -> bytes:
        if time.monotonic() > self._until:
            raise nfc.clf.TimeoutError("the tag takes longer than any tag needs")
        code, answer = scard.SCardTransmit(self._handle, self._header, list(apdu))
        if code in CARD_FAULTS:
            raise nfc.clf.TimeoutError(scard.SCardGetErrorMessage(code))
        check(code)
        return bytes(octet & 0xFF for octet in answer)


def kind_of(atr: bytes) -> type[PagesTag] | type[ApplicationsTag] | None:
    """The tag's class by its ATR; None is foreign. Readers name few type 2 tags, so whatever else speaks ISO/IEC
    14443-3 A counts as one; all that has a file system may be a type 4 tag."""
    at = atr.find(STORAGE)
    if at < 0:
        return ApplicationsTag
    standard, name = atr[at + 5 : at + 6], int.from_bytes(atr[at + 6 : at + 8], "big")
    return PagesTag if standard == bytes([TYPE_A]) and name not in CLASSICS else None
