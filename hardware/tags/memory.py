"""What tags of types 2 and 4 hold, and how it is changed so that one pulled away at any moment tells no wrong link.

Either type is first said to be empty, then filled, and only then said to hold the message. nfcpy does so with pages
(type 2); of a type 4 tag it would send length and message as one command where they fit, which no standard calls
indivisible.
"""

from typing import Protocol

import nfc.tag
from nfc.tag.tt2 import Type2Tag
from nfc.tag.tt2_nxp import NTAG21x
from nfc.tag.tt4 import Type4Tag

from hardware.errors import TagError
from hardware.tags import tap

READ_ONLY = 0x0F
EMPTY_TLV = b"\x03\x00\xfe\x00"
LONG_TLV = 4
"""Octets before a message of more than 254."""
LOCKS = {0x06: (0, b""), 0x12: (40, b"\xff\x0f"), 0x3E: (130, b"\xff"), 0x6D: (226, b"\xff\x3f")}
"""By the size in the capability container: the page of the dynamic lock bits and all bits for the user's pages, of the
NTAG210, 213, 215 and 216 (NXP NTAG213/215/216, rev. 3.2, 8.5.3)."""
NO_PASSWORD = 0xFF
SHORT_APDU = 255

UNLOCKABLE = "tags of this kind cannot be locked here: write it without locking, or take an NTAG213, 215 or 216"


class Memory(Protocol):
    """A tag that was just activated. Everything may raise what `tap.PULLED` names."""

    capacity: int
    """Octets of the longest message."""
    content: bytes | None
    """The message it holds; None where it holds no whole one."""
    is_locked: bool
    """It cannot be written, in whole or in part."""

    def put(self, message: bytes) -> None: ...

    def check_lockable(self) -> None:
        """Raises `TagError` "tag-unlockable"."""

    def lock(self) -> None: ...

    def is_locked_for_good(self) -> bool: ...


def memory_of(tag: nfc.tag.Tag) -> Memory:
    """Raises `TagError` "tag-foreign" where it is no tag to write on."""
    if isinstance(tag, Type2Tag) and not tag.target.sel_res[0] & tap.CLASSIC:
        return Pages(tag)
    if isinstance(tag, Type4Tag):
        return File(tag)
    raise foreign()


def foreign() -> TagError:
    return TagError("tag-foreign", "this is no tag for links (or was never formatted for them): take another one")


class Pages:
    """Type 2: pages of four octets, each written whole."""

    def __init__(self, tag: Type2Tag) -> None:
        self._tag, container = tag, tag.read(3)
        if container[0] != tap.FORMATTED or container[1] >> 4 != 1:
            raise foreign()
        self._container = bytes(container[:4])
        self._lock_page, self._lock_bits = LOCKS.get(container[2], (0, b""))
        self.is_locked = self._is_protected()
        ndef = tag.ndef
        self.capacity = ndef.capacity if ndef else container[2] * 8 - LONG_TLV
        self.content = bytes(ndef.octets) if ndef and ndef.length <= ndef.capacity else None

    def put(self, message: bytes) -> None:
        if self._tag.ndef is None:  # whatever was begun there
            self._tag.write(4, EMPTY_TLV)
        if self._tag.ndef is None:
            raise LookupError("the tag does not answer")
        self._tag.ndef.octets = message

    def check_lockable(self) -> None:
        if self._container[2] not in LOCKS:
            raise TagError("tag-unlockable", UNLOCKABLE)

    def lock(self) -> None:
        """Each write only adds bits, so it can be gone through again. The last one also seals the container."""
        self._tag.write(3, self._container[:3] + bytes([self._container[3] | READ_ONLY]))
        if self._lock_page:
            self._tag.write(self._lock_page, self._lock_bits.ljust(4, b"\0"))
        self._tag.write(2, b"\x00\x00\xff\xff")

    def is_locked_for_good(self) -> bool:
        dynamic, wanted = self._dynamic(), int.from_bytes(self._lock_bits, "big")
        everywhere = int.from_bytes(dynamic, "big") & wanted == wanted
        return (
            self._container[3] & READ_ONLY == READ_ONLY and bytes(self._tag.read(2)[2:4]) == b"\xff\xff" and everywhere
        )

    def _is_protected(self) -> bool:
        static, dynamic = self._tag.read(2)[2:4], self._dynamic()
        by_bits = static[0] & 0xF0 or static[1] or any(a & b for a, b in zip(dynamic, self._lock_bits, strict=True))
        return bool(self._container[3] & READ_ONLY or by_bits) or self._has_password()

    def _dynamic(self) -> bytes:
        return bytes(self._tag.read(self._lock_page)[: len(self._lock_bits)]) if self._lock_page else b""

    def _has_password(self) -> bool:
        """AUTH0 is the first page that asks for one."""
        if not isinstance(self._tag, NTAG21x) or not self._lock_page:
            return False
        return bool(self._tag.read(self._lock_page + 1)[3] < self._lock_page)


class File:
    """Type 4: a file with its length in front."""

    def __init__(self, tag: Type4Tag) -> None:
        self._tag, ndef = tag, tag.ndef
        if ndef is None:
            if tag.is_present:
                raise foreign()
            raise LookupError("the tag does not answer")
        self.capacity, self.is_locked = ndef.capacity, not ndef.is_writeable
        self.content = bytes(ndef.octets) if ndef.length <= ndef.capacity else None
        self._head, self._most = ndef._nlen_size, min(ndef._max_lc, SHORT_APDU)

    def put(self, message: bytes) -> None:
        self._update(0, bytes(self._head))
        for at in range(0, len(message), self._most):
            self._update(self._head + at, message[at : at + self._most])
        self._update(0, len(message).to_bytes(self._head, "big"))

    def check_lockable(self) -> None:
        raise TagError("tag-unlockable", UNLOCKABLE)

    def lock(self) -> None:
        self.check_lockable()

    def is_locked_for_good(self) -> bool:
        return False

    def _update(self, offset: int, octets: bytes) -> None:
        """UPDATE BINARY (NFC Forum Type 4 Tag, 5.4.6)."""
        self._tag.send_apdu(0, 0xD6, offset >> 8, offset & 0xFF, octets)
