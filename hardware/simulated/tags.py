"""Tags as a reader sees them: a UID, answers to selection, and frames that are answered or met with silence."""

from typing import ClassVar

NAK = b"\x00"


def crc_a(octets: bytes) -> bytes:
    """The checksum of ISO/IEC 14443-3 type A, low byte first."""
    crc = 0x6363
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


class Tag:
    """A type A tag that answers selection and nothing else. After `leave_after` selections and exchanges it is gone, as
    one pulled away."""

    sens_res: ClassVar[bytes] = b"\x44\x00"
    sel_res: ClassVar[bytes] = b"\x00"

    def __init__(self, uid: bytes, *, leave_after: int | None = None) -> None:
        self.uid, self.leave_after = uid, leave_after
        self._halted = False

    def reset(self) -> None:
        """The field went off and on."""
        self._halted = False

    @property
    def is_here(self) -> bool:
        return self.leave_after is None or self.leave_after > 0

    def selected(self) -> None:
        """It answered the anticollision."""
        self._count()

    def exchange(self, frame: bytes) -> bytes | None:
        """What the tag answers to `frame`, None for silence."""
        if self._halted or not self.is_here:
            return None
        self._count()
        return self.command(frame)

    def command(self, frame: bytes) -> bytes | None:
        """The answer without its checksum, one octet for an ACK or NAK."""
        self._halted = True
        return None

    def _count(self) -> None:
        if self.leave_after:
            self.leave_after -= 1


class MifareClassic(Tag):
    """A tag with a UID and sectors behind keys nobody has: foreign to a shop."""

    sens_res = b"\x04\x00"
    sel_res = b"\x08"

    def __init__(self, uid: bytes = bytes.fromhex("8D57C478")) -> None:
        super().__init__(uid)


class Ntag213(Tag):
    """An NTAG213 with an NDEF message, b"" for one without content (as from the factory). `memory` instead sets the
    user pages as they are, `formatted=False` leaves out the capability container (NXP NTAG213/215/216, rev. 3.2)."""

    PAGES = 45

    def __init__(
        self,
        ndef: bytes = b"",
        uid: bytes = bytes.fromhex("04A1B2C3D4E5F6"),
        *,
        memory: bytes | None = None,
        formatted: bool = True,
        leave_after: int | None = None,
    ) -> None:
        super().__init__(uid, leave_after=leave_after)
        check = bytes([0x88 ^ uid[0] ^ uid[1] ^ uid[2]]), bytes([uid[3] ^ uid[4] ^ uid[5] ^ uid[6]])
        container = bytes.fromhex("E1101200") if formatted else bytes(4)
        head = uid[:3] + check[0] + uid[3:] + check[1] + b"\x48\x00\x00" + container
        self._memory = (head + (_tlv(ndef) if memory is None else memory)).ljust(self.PAGES * 4, b"\x00")
        if len(self._memory) > self.PAGES * 4:
            raise ValueError(f"an NTAG213 holds no {len(ndef)} octets")

    def command(self, frame: bytes) -> bytes | None:
        if frame == b"\x60":  # GET_VERSION
            return bytes.fromhex("0004040201000F03")
        if len(frame) == 2 and frame[0] == 0x30 and frame[1] < self.PAGES:  # READ: four pages, rolling over
            start = frame[1] * 4
            return (self._memory * 2)[start : start + 16]
        self._halted = True
        return NAK


def _tlv(message: bytes) -> bytes:
    size = bytes([len(message)]) if len(message) < 0xFF else b"\xff" + len(message).to_bytes(2, "big")
    return b"\x03" + size + message + b"\xfe"


class Type4(Tag):
    """An NFC Forum type 4 tag, as a phone or a card with ISO-DEP shows: an application to select, and files to read.
    `size` is what it says of the message's, where that is not true."""

    sens_res = b"\x44\x03"
    sel_res = b"\x20"
    ATS = bytes.fromhex("067777710280")
    APPLICATION = bytes.fromhex("D2760000850101")
    OK, ABSENT = b"\x90\x00", b"\x6a\x82"

    def __init__(
        self,
        ndef: bytes = b"",
        uid: bytes = bytes.fromhex("04DE5F1EACC040"),
        *,
        ats: bytes = ATS,
        size: bytes | None = None,
        leave_after: int | None = None,
    ) -> None:
        super().__init__(uid, leave_after=leave_after)
        self._ats = ats
        container = bytes.fromhex("000F20003A00340406E10401000000")
        self._files = {b"\xe1\x03": container, b"\xe1\x04": (size or len(ndef).to_bytes(2, "big")) + ndef}
        self._file = b""

    def command(self, frame: bytes) -> bytes | None:
        if frame[0] == 0xE0:  # RATS
            return self._ats
        if frame[0] & 0xE2 == 0x02:  # I-block
            return frame[:1] + self._apdu(frame[1:])
        if frame[0] & 0xF6 == 0xB2:  # R(NAK), nfcpy's presence check
            return bytes([0xA2 | frame[0] & 1])
        return super().command(frame)

    def _apdu(self, apdu: bytes) -> bytes:
        instruction, name, offset = apdu[1], apdu[5 : 5 + apdu[4]], int.from_bytes(apdu[2:4], "big")
        if instruction == 0xA4 and name == self.APPLICATION:
            return self.OK
        if instruction == 0xA4 and name in self._files:
            self._file = self._files[name]
            return self.OK
        if instruction == 0xB0:
            return self._file[offset : offset + (apdu[4] or 256)] + self.OK
        return self.ABSENT
