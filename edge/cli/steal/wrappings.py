"""The same octets as a thief would read them: as they are, and out of every wrapping that programs put text into."""

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import zstandard

DEEPEST = 2
"""Wrappings inside wrappings: a compressed log of base64."""
LARGEST = 16 * 1024 * 1024
"""Octets unpacked from one member."""

_UTF16 = (re.compile(rb"(?:[\x20-\x7e]\x00){7,}"), re.compile(rb"(?:\x00[\x20-\x7e]){7,}"))
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HASH = re.compile(rb"[0-9a-f]{32,}")
_PRINTABLE = re.compile(rb"[\x20-\x7e]{7,}")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\u00[0-7][0-9A-Fa-f]")
_JSON = re.compile(rb"\\u00([0-7][0-9A-Fa-f])")
_MEMBER = re.compile(rb"\x28\xb5\x2f\xfd|\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_URLSAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, kw_only=True)
class View:
    """`how` names the wrappings, "" for none; `offset` is where the outermost begins."""

    how: str
    offset: int
    data: bytes


def views(data: bytes, *, deepest: int = DEEPEST) -> Iterator[View]:
    """`data` itself, and all that is wrapped in it."""
    yield View(how="", offset=0, data=data)
    if deepest:
        for outer in _unwrapped(data):
            for inner in views(outer.data, deepest=deepest - 1):
                how = f"{outer.how} > {inner.how}" if inner.how else outer.how
                yield View(how=how, offset=outer.offset, data=inner.data)


def _unwrapped(data: bytes) -> Iterator[View]:
    for unwrap in (_utf16, _base64, _escaped, members):
        yield from unwrap(data)


def _utf16(data: bytes) -> Iterator[View]:
    for form, pattern in enumerate(_UTF16):
        for found in pattern.finditer(data):
            yield View(how="utf-16", offset=found.start(), data=found[0][form::2])


def _base64(data: bytes) -> Iterator[View]:
    """At each of four offsets, since other text of the same letters may stand before it. No id or hash is base64, and
    a log is full of them."""
    for found in _BASE64.finditer(_HASH.sub(lambda hash_: b" " * len(hash_[0]), data)):
        text = found[0].translate(_URLSAFE)
        for start in range(4):
            whole = text[start : start + (len(text) - start) // 4 * 4]
            rest = text[start + len(whole) :]
            tail = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
            yield View(how="base64", offset=found.start() + start, data=base64.b64decode(whole + tail))


def _escaped(data: bytes) -> Iterator[View]:
    if not _ESCAPE.search(data):
        return
    for found in _PRINTABLE.finditer(data):
        if not _ESCAPE.search(found[0]):
            continue
        plain = _JSON.sub(lambda code: bytes([int(code[1], 16)]), unquote_to_bytes(found[0]))
        yield View(how="escaped", offset=found.start(), data=plain)


def members(data: bytes) -> Iterator[View]:
    """Every compressed member, unpacked as far as it is whole; one inside another is not opened."""
    for found in _MEMBER.finditer(data):
        how, unpack = _KINDS[found[0][:1]]
        if plain := unpack(data[found.start() : found.start() + LARGEST]):
            yield View(how=how, offset=found.start(), data=plain)


def _zstd(data: bytes) -> bytes:
    pieces: list[bytes] = []
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            while sum(len(each) for each in pieces) < LARGEST and (piece := reader.read(1 << 16)):
                pieces.append(piece)
    except (zstandard.ZstdError, MemoryError):  # chance, or a torn member: what came before counts
        pass
    return b"".join(pieces)


def _zlib(data: bytes) -> bytes:
    unpacker, pieces = zlib.decompressobj(wbits=47), []
    try:
        for start in range(0, len(data), 1 << 12):
            pieces.append(unpacker.decompress(data[start : start + (1 << 12)], LARGEST))
            if unpacker.eof:
                break
    except zlib.error:
        pass
    return b"".join(pieces)


_KINDS: dict[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"\x28": ("zstd", _zstd),
    b"\x1f": ("gzip", _zlib),
    b"\x78": ("zlib", _zlib),
}
