"""What a PN532 does with the tags in its field, apart from the line: registers, field, selection, exchange."""

import time
from collections.abc import Callable

from hardware.simulated.tags import Tag, crc_a

TIMED_OUT = b"\x01"
FIFO_DATA = b"\x63\x39"
SELECTING, NOBODY = 0.006, 0.003
"""Seconds: anticollision of one tag, and a request that nobody answers."""
FIRMWARE, OCTET = 0.0005, 9 / 106_000
"""Seconds of an exchange: the chip's own, and each octet with its parity on air at 106 kbit/s, checksums too."""
RECEIVING = b"\x63\x03"
"""The register whose highest bit has the chip check, and take off, the checksums of what it receives."""


class Field:
    """The chip behind its line, and the tags that are held to it."""

    def __init__(self) -> None:
        self._tags: tuple[Tag, ...] = ()
        self._chosen: Tag | None = None
        self._registers: dict[bytes, int] = {}
        self._patience = 0.1
        self._commands: dict[int, Callable[[bytes], bytes]] = {
            0x00: lambda data: data if data[:1] == b"\x00" else b"\x00",  # Diagnose: line test
            0x02: lambda data: bytes.fromhex("32010607"),  # GetFirmwareVersion: PN532 v1.6
            0x06: self._read_registers,
            0x08: self._write_registers,
            0x16: lambda data: b"\x00",  # PowerDown
            0x32: self._configure_field,
            0x42: self._exchange,
            0x4A: self._list_targets,
        }

    def hold(self, *tags: Tag) -> None:
        """These tags and no others are there from now on; those that were stay as they are."""
        for tag in tags:
            if tag not in self._tags:
                tag.reset()
        self._tags = tags
        if self._chosen not in tags:
            self._chosen = None

    @property
    def tags(self) -> tuple[Tag, ...]:
        return self._tags

    def execute(self, command: int, data: bytes) -> bytes:
        """What the chip answers to `command`, without the frame."""
        return self._commands.get(command, _done)(data)

    def _read_registers(self, data: bytes) -> bytes:
        return bytes(self._registers.get(data[at : at + 2], 0) for at in range(0, len(data), 2))

    def _write_registers(self, data: bytes) -> bytes:
        for at in range(0, len(data), 3):
            self._registers[data[at : at + 2]] = data[at + 2]
        return b""

    def _configure_field(self, data: bytes) -> bytes:
        if data[0] == 0x01 and not data[1] & 1:
            self._reset_field()
        if data[0] == 0x02:  # the time a tag has to answer: 100 us x 2^(n-1)
            self._patience = 100e-6 * (1 << max(data[3] - 1, 0))
        return b""

    def _reset_field(self) -> None:
        self._chosen = None
        for tag in self._tags:
            tag.reset()

    def _list_targets(self, data: bytes) -> bytes:
        """Find up to data[0] tags of technology data[1] (0: ISO/IEC 14443 A), or that of the UID data[2:] alone."""
        self._reset_field()
        sought = data[2:].replace(b"\x88", b"", 1)  # the cascade tag before the first three bytes of a long UID
        found = [tag for tag in self._tags if tag.is_here and data[1] == 0 and sought in (b"", tag.uid)][: data[0]]
        for tag in found:
            tag.selected()
        time.sleep(SELECTING * len(found) + (NOBODY if len(found) < data[0] else 0.0))  # it asks until it has so many
        self._registers[RECEIVING] = 0x80
        self._registers[FIFO_DATA] = 0x00 if found else 0x26  # the request stays there where nobody answered it
        self._chosen = found[-1] if found else None
        targets = (
            bytes([number]) + tag.sens_res[::-1] + tag.sel_res + bytes([len(tag.uid)]) + tag.uid
            for number, tag in enumerate(found, 1)
        )
        return bytes([len(found)]) + b"".join(targets)

    def _exchange(self, frame: bytes) -> bytes:
        tag = self._chosen
        reply = tag.exchange(frame) if tag in self._tags and tag is not None else None
        time.sleep(FIRMWARE + OCTET * (len(frame) + 2 + (len(reply) + 2 if reply else 0)))
        if reply is None:
            time.sleep(min(self._patience, 0.2))
            return TIMED_OUT
        checked = self._registers.get(RECEIVING, 0) & 0x80 or len(reply) == 1
        return b"\x00" + reply + (b"" if checked else crc_a(reply))


def _done(_data: bytes) -> bytes:
    """The answer to commands that only set something."""
    return b""
