"""Tags that can be written and locked, and pulled away within a write."""

from abc import ABC, abstractmethod

from hardware.simulated.tags import NAK, Ntag213, Tag, Type4

ACK = b"\x0a"


class Torn(Tag, ABC):
    """Where it leaves with a write pending, `torn` octets of it were still stored, from the front or (negative) from
    the back; without power nothing of it is answered. Memory cells in between are as they were."""

    torn = 0

    def exchange(self, frame: bytes) -> bytes | None:
        if not self.is_here and self.torn and not self._halted:
            self.store(frame, self.torn)
            self.torn = 0
        return super().exchange(frame)

    @abstractmethod
    def store(self, frame: bytes, octets: int) -> None:
        """Does `octets` of the write in `frame`, if it is one."""


def part(old: bytes, new: bytes, octets: int) -> bytes:
    """`new` as far as it was stored over `old`."""
    return new[:octets] + old[octets:] if octets >= 0 else old[:octets] + new[octets:]


class Ntag(Torn, Ntag213):
    """An NTAG213, or 215 or 216, as from the factory or with an NDEF message (NXP NTAG213/215/216, rev. 3.2)."""

    KINDS = {  # noqa: RUF012 (never changed)
        # size in the container, version, page of the dynamic lock bits, pages one of them locks, how many there are
        213: (0x12, 0x0F, 40, 2, 12),
        215: (0x3E, 0x11, 130, 16, 8),
        216: (0x6D, 0x13, 226, 16, 14),
    }

    def __init__(self, kind: int = 213, ndef: bytes = b"", uid: bytes = bytes.fromhex("04A1B2C3D4E5F6")) -> None:
        size, self._version, self._lock_page, self._locked_by_bit, self._lock_bits = self.KINDS[kind]
        self.PAGES = self._lock_page + 5
        first = bytes.fromhex("0103A00C34") if kind == 213 else b""
        length = bytes([len(ndef)]) if len(ndef) < 0xFF else b"\xff" + len(ndef).to_bytes(2, "big")
        super().__init__(b"", uid, memory=first + b"\x03" + length + ndef + b"\xfe")
        self.memory = bytearray(self._memory)
        self.memory[14] = size
        self.memory[(self._lock_page + 1) * 4 + 3] = 0xFF  # AUTH0: no password
        self._memory = self.memory  # type: ignore[assignment]

    def command(self, frame: bytes) -> bytes | None:
        if frame == b"\x60":  # GET_VERSION
            return bytes.fromhex("000404020100") + bytes([self._version, 3])
        if len(frame) == 6 and frame[0] == 0xA2:  # WRITE
            if not self._may_write(frame[1]):
                self._halted = True
                return NAK
            self.store(frame, 4)
            return ACK
        return super().command(frame)

    def store(self, frame: bytes, octets: int) -> None:
        if len(frame) != 6 or frame[0] != 0xA2 or not self._may_write(frame[1]):
            return
        page, at = frame[1], frame[1] * 4
        old, new = bytes(self.memory[at : at + 4]), frame[2:]
        if page in (2, 3, self._lock_page):  # bits are only ever added
            new = bytes(a | b for a, b in zip(old, old[:2] + new[2:] if page == 2 else new, strict=True))
        self.memory[at : at + 4] = part(old, new, octets)

    def _may_write(self, page: int) -> bool:
        if not 2 <= page < self.PAGES:
            return False
        return page < self.memory[(self._lock_page + 1) * 4 + 3] and not self._is_locked(page)

    def _is_locked(self, page: int) -> bool:
        if 3 <= page < 16:
            return bool(int.from_bytes(self.memory[10:12], "little") >> page & 1)
        bit = (page - 16) // self._locked_by_bit
        lock = self._lock_page * 4
        return 16 <= page < self._lock_page and bool(int.from_bytes(self.memory[lock : lock + 2], "little") >> bit & 1)


class WritableType4(Torn, Type4):
    """A type 4 tag whose file can be written, `most` octets by one command; `locked` in its container."""

    def __init__(
        self,
        ndef: bytes = b"",
        uid: bytes = bytes.fromhex("04DE5F1EACC040"),
        *,
        size: int = 0x0400,
        most: int = 0x34,
        locked: bool = False,
    ) -> None:
        super().__init__(ndef, uid)
        access = b"\x00\xff" if locked else b"\x00\x00"
        container = bytes.fromhex("000F20003A") + most.to_bytes(2, "big") + b"\x04\x06\xe1\x04"
        self._files = {
            b"\xe1\x03": container + size.to_bytes(2, "big") + access,
            b"\xe1\x04": bytearray(self._files[b"\xe1\x04"].ljust(size, b"\0")),  # type: ignore[dict-item]
        }
        self.file = self._files[b"\xe1\x04"]

    def _apdu(self, apdu: bytes) -> bytes:
        if apdu[1] == 0xD6:  # UPDATE BINARY
            self._update(apdu, apdu[4])
            return self.OK
        return super()._apdu(apdu)

    def store(self, frame: bytes, octets: int) -> None:
        if frame[0] & 0xE2 == 0x02 and frame[2:3] == b"\xd6":
            self._update(frame[1:], octets)

    def _update(self, apdu: bytes, octets: int) -> None:
        at, new = int.from_bytes(apdu[2:4], "big"), apdu[5 : 5 + apdu[4]]
        self._file[at : at + len(new)] = part(bytes(self._file[at : at + len(new)]), new, octets)  # type: ignore[index]
