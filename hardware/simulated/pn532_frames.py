"""The PN532's frames on a serial line, without I/O (NXP UM0701-02, section 6.2.1).

Information frame: 00 00 FF LEN LCS TFI data DCS 00, extended: 00 00 FF FF FF LENm LENl LCS TFI data DCS 00. LCS and DCS
make their sums zero. TFI is D4 towards the chip and D5 from it.
"""

from collections.abc import Iterator

ACK = bytes.fromhex("0000FF00FF00")
START = b"\x00\xff"
EXTENDED = b"\xff\xff"
HOST, CHIP = 0xD4, 0xD5


def answer(command: int, data: bytes) -> bytes:
    """The chip's frame that answers `command`."""
    body = bytes([CHIP, command + 1]) + data
    return b"\x00" + START + _length(len(body)) + body + bytes([-sum(body) & 0xFF, 0])


def _length(size: int) -> bytes:
    if size < 256:
        return bytes([size, -size & 0xFF])
    high, low = divmod(size, 256)
    return EXTENDED + bytes([high, low, -(high + low) & 0xFF])


class CommandParser:
    """Finds the host's commands in what comes over the line; noise, wake-up bytes and ACKs are passed over."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, octets: bytes) -> Iterator[tuple[int, bytes]]:
        """Yields (command code, data) for every whole command."""
        self._kept += octets
        while (body := self._next()) is not None:
            if len(body) > 1 and body[0] == HOST:
                yield body[1], body[2:]

    def _next(self) -> bytes | None:
        """Cut off the next frame and return its body (b"" for an ACK), None where it is not whole yet."""
        _, start, rest = self._kept.partition(START)
        if not start or len(rest) < 2:
            return None
        if rest[0] == 0:  # an ACK has length 0 and ends there
            return self._cut(rest, 2, 0)
        if rest[:2] != EXTENDED:
            return self._cut(rest, 2, rest[0] + 1)
        return self._cut(rest, 5, (rest[2] << 8 | rest[3]) + 1) if len(rest) >= 5 else None

    def _cut(self, rest: bytes, head: int, size: int) -> bytes | None:
        if len(rest) < head + size:
            return None
        self._kept = rest[head + size :]
        return rest[head : head + size][:-1]
