"""Tags as a PC/SC reader shows them: an ATR, pseudo-APDUs the reader answers itself, and ISO-DEP APDUs handed through.

Sources: PC/SC part 3, 3.1.3.2.3.1 (ATR of storage cards) and 3.2.2.1 (pseudo-APDUs); vsmartcard's vpcd protocol: each
message is led by its length, two octets; one octet alone is a control code, all else an APDU.
"""

import functools
import operator
import socket
import struct
from collections.abc import Callable

from hardware.simulated.tags import MifareClassic, Tag, Type4

ON, RESET, ATR = 1, 2, 4
OK, FAILED, UNSUPPORTED = b"\x90\x00", b"\x63\x00", b"\x6a\x81"
READ, WRITE, ACK = 0x30, 0xA2, b"\x0a"
"""Commands of the tag, and its answer to the latter."""

Spoil = Callable[[bytes, bytes], bytes]
"""What becomes of (APDU, answer) on the way."""


class Card:
    """`tag` in the reader's field; after `leave_after` APDUs it is gone, answering nothing more."""

    def __init__(self, tag: Tag, *, leave_after: int | None = None, spoil: Spoil = lambda apdu, answer: answer) -> None:
        self._tag, self.leave_after, self._spoil = tag, leave_after, spoil
        self._has_left = False

    @property
    def atr(self) -> bytes:
        if isinstance(self._tag, Type4):
            historical = self._tag.ATS[5:]
            head = bytes([0x80 | len(historical)]) + b"\x80\x01" + historical
        else:
            name = b"\x00\x01" if isinstance(self._tag, MifareClassic) else b"\x00\x03"
            head = bytes.fromhex("8F8001804F0CA000000306 03") + name + bytes(4)
        return b"\x3b" + head + bytes([functools.reduce(operator.xor, head)])

    def serve(self, line: socket.socket) -> None:
        """Answer vpcd until either side ends the connection: that is the card's removal."""
        while (message := _receive(line)) is not None:
            answer = self._control(message[0]) if len(message) == 1 else self.answer(message)
            if answer is None:
                return
            if answer:
                line.sendall(struct.pack(">H", len(answer)) + answer)

    def answer(self, apdu: bytes) -> bytes | None:
        """What the reader answers to `apdu`, None where the card is gone."""
        if self.leave_after == 0 or not self._tag.is_here:
            return None
        if self.leave_after is not None:
            self.leave_after -= 1
            self._has_left = not self.leave_after
        answer = self._pseudo(apdu) if apdu[0] == 0xFF else self._through(apdu)
        return answer and self._spoil(apdu, answer)

    def _control(self, code: int) -> bytes | None:
        if self._has_left:
            return None
        if code in (ON, RESET):
            self._tag.reset()
        return self.atr if code == ATR else b""

    def _through(self, apdu: bytes) -> bytes | None:
        block = self._tag.exchange(b"\x02" + apdu) if isinstance(self._tag, Type4) else b"\x02\x6d\x00"
        return block and block[1:]

    def _pseudo(self, apdu: bytes) -> bytes:
        if apdu[:4] == b"\xff\xca\x00\x00":
            return self._tag.uid + OK
        if apdu[1] == 0xB0:
            pages = self._ask(bytes([READ, apdu[3]]))
            return pages[: apdu[4] or 16] + OK if len(pages) == 16 else FAILED
        if apdu[1] == 0xD6:
            return OK if self._ask(bytes([WRITE, apdu[3]]) + apdu[5:9])[:1] == ACK else FAILED
        return UNSUPPORTED

    def _ask(self, frame: bytes) -> bytes:
        answer = self._tag.exchange(frame) or b""
        if len(answer) < 2 and answer[:1] != ACK:
            self._tag.reset()  # the reader selects it again
        return answer


def _receive(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return _exactly(line, int.from_bytes(head, "big")) if head else None


def _exactly(line: socket.socket, size: int) -> bytes | None:
    octets = b""
    while len(octets) < size:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # vpcd sends in bits and waits for each: 40 ms
        part = line.recv(size - len(octets))
        if not part:
            return None
        octets += part
    return octets
