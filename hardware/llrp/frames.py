"""LLRP frames and their parameters, without I/O (EPCglobal LLRP 1.1, section 17: binary encoding).

Strict: what does not fit is `BrokenFrame`, and nothing else is ever raised, since a tag must not be misread. What
vendors add is passed over by its length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

from hardware.errors import DeviceLost

HEADER = Struct("!HII")
"""Reserved (3 bits), version (3), type (10), length with this header (32), message number (32)."""
TLV = Struct("!HH")
"""Reserved (6 bits), type (10), length with this header (16)."""
LONGEST = 1 << 18
"""Octets of a frame; capabilities with every table take some thousand, a report of 100 tags some ten thousand."""
VERSIONS = (1, 2)
CUSTOM = 1023

BROKEN = "the reader sent broken bytes ({}): check its network cable, and that it is LLRP which answers at this port"


class BrokenFrame(DeviceLost):
    """Bytes that are no LLRP; the connection is of no more use, since where the next frame begins is unknown."""

    def __init__(self, what: str) -> None:
        super().__init__(BROKEN.format(what))


class Kind(IntEnum):
    """Types of messages; 1.1, section 17.1."""

    GET_READER_CAPABILITIES = 1
    GET_READER_CONFIG = 2
    SET_READER_CONFIG = 3
    CLOSE_CONNECTION_RESPONSE = 4
    GET_READER_CAPABILITIES_RESPONSE = 11
    GET_READER_CONFIG_RESPONSE = 12
    SET_READER_CONFIG_RESPONSE = 13
    CLOSE_CONNECTION = 14
    ADD_ROSPEC = 20
    DELETE_ROSPEC = 21
    START_ROSPEC = 22
    STOP_ROSPEC = 23
    ENABLE_ROSPEC = 24
    DISABLE_ROSPEC = 25
    GET_ROSPECS = 26
    ADD_ROSPEC_RESPONSE = 30
    DELETE_ROSPEC_RESPONSE = 31
    START_ROSPEC_RESPONSE = 32
    STOP_ROSPEC_RESPONSE = 33
    ENABLE_ROSPEC_RESPONSE = 34
    DISABLE_ROSPEC_RESPONSE = 35
    GET_ROSPECS_RESPONSE = 36
    DELETE_ACCESSSPEC = 41
    DELETE_ACCESSSPEC_RESPONSE = 51
    RO_ACCESS_REPORT = 61
    KEEPALIVE = 62
    READER_EVENT_NOTIFICATION = 63
    ENABLE_EVENTS_AND_REPORTS = 64
    KEEPALIVE_ACK = 72
    ERROR_MESSAGE = 100
    CUSTOM_MESSAGE = 1023


KINDS = frozenset(Kind)
TV_SIZES = {1: 2, 2: 8, 3: 8, 4: 8, 5: 8, 6: 1, 7: 2, 8: 2, 9: 4, 10: 2}
TV_SIZES |= {11: 2, 12: 2, 13: 12, 14: 2, 15: 2, 16: 4, 17: 2, 18: 4, 19: 2, 20: 2}
"""Octets of the value of the parameters that carry no length, by type; 1.1, section 17.2."""


@dataclass(frozen=True)
class Frame:
    """One message: its type, its number, which an answer repeats, and what follows the header."""

    kind: Kind
    number: int
    body: bytes = b""


def encode(frame: Frame) -> bytes:
    """The octets of a message, as version 1 (LLRP 1.0.1), which every reader speaks until told otherwise."""
    return HEADER.pack(1 << 10 | frame.kind, HEADER.size + len(frame.body), frame.number) + frame.body


class Splitter:
    """Cuts a stream into frames; keeps at most one unfinished frame of `LONGEST` octets and what was fed last."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, octets: bytes) -> Iterator[Frame]:
        """Take what was read; yields the frames it completes, then raises `BrokenFrame` where the next cannot be.

        A frame counts only if what follows it, as far as that is there, can be one: else it was cut short itself.
        """
        self._kept += octets
        while 0 < (end := self._end(0)) <= len(self._kept):
            self._end(end)
            word, _, number = HEADER.unpack_from(self._kept)
            frame = Frame(Kind(word & 0x3FF), number, bytes(self._kept[HEADER.size : end]))
            del self._kept[:end]
            yield frame

    def _end(self, start: int) -> int:
        """Where the frame at `start` ends; 0 as long as its length is not there."""
        head = self._kept[start : start + 6]
        if head and head[0] >> 2 not in VERSIONS:  # and the reserved bits above it are not 0
            raise BrokenFrame(f"no LLRP header: {head.hex()}")
        if len(head) > 1 and int.from_bytes(head[:2]) & 0x3FF not in KINDS:
            raise BrokenFrame(f"a message of unknown type {int.from_bytes(head[:2]) & 0x3FF}")
        if len(head) < 6:
            return 0
        length = int.from_bytes(head[2:])
        if not HEADER.size <= length <= LONGEST:
            raise BrokenFrame(f"a message of {length} octets")
        return start + length


def parameters(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of the parameters that fill `body`; raises `BrokenFrame` where they do not fit it exactly."""
    at = 0
    while at < len(body):
        kind, start, end = _extent(body, at)
        if end > len(body):
            raise BrokenFrame(f"parameter {kind} is cut off")
        yield kind, body[start:end]
        at = end


def _extent(body: bytes, at: int) -> tuple[int, int, int]:
    if body[at] & 0x80:
        kind = body[at] & 0x7F
        if kind not in TV_SIZES:
            raise BrokenFrame(f"a parameter of unknown type {kind}")
        return kind, at + 1, at + 1 + TV_SIZES[kind]
    if len(body) - at < TLV.size:
        raise BrokenFrame("a parameter is cut off")
    kind, length = TLV.unpack_from(body, at)
    if kind >> 10 or kind < 128 or length < TLV.size:
        raise BrokenFrame(f"parameter {kind} of {length} octets")
    return kind, at + TLV.size, at + length


def tlv(kind: int, value: bytes) -> bytes:
    """A parameter with its length."""
    return TLV.pack(kind, TLV.size + len(value)) + value


def tv(kind: int, value: bytes) -> bytes:
    """A parameter whose type says its length."""
    return bytes([0x80 | kind]) + value
