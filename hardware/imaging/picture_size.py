"""How large a picture says it is, before anything is unpacked: a few octets can ask for gigabytes."""

import struct
from collections.abc import Iterator

MOST_PIXELS = 100_000_000
"""Larger pictures are refused: a phone's camera makes 50 to 100 million pixels, and 3 octets of memory each."""


def size(octets: bytes) -> tuple[int, int] | None:
    """(width, height) that a PNG, JPEG, WebP, BMP or GIF says it has in its first octets, or None."""
    try:
        return _said(octets)
    except (struct.error, IndexError):
        return None


def _said(octets: bytes) -> tuple[int, int] | None:
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(">II", octets, 16)
    if octets.startswith(b"\xff\xd8"):
        return next(_jpeg(octets), None)
    if octets.startswith(b"RIFF") and octets[8:12] == b"WEBP":
        return _webp(octets)
    if octets.startswith(b"BM"):
        width, height = _pair("<ii", octets, 18)
        return abs(width), abs(height)
    return _pair("<HH", octets, 6) if octets.startswith(b"GIF8") else None


def _pair(form: str, octets: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, octets, at)
    return first, second


def _jpeg(octets: bytes) -> Iterator[tuple[int, int]]:
    """The size in the frame header (ITU T.81, B.2.2), after other segments."""
    at = 2
    while octets[at] == 0xFF:
        marker = octets[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", octets, at + 5)
            yield width, height
        at += 1 if marker == 0xFF else 2 + struct.unpack_from(">H", octets, at + 2)[0]


def _webp(octets: bytes) -> tuple[int, int] | None:
    """RFC 9649, section 2."""
    kind = octets[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(octets[24:27], "little"), 1 + int.from_bytes(octets[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(octets[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = _pair("<HH", octets, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
