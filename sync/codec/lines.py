"""Many small things in one message: zstd of JSON lines."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
import zstandard

from sync.codec.errors import Malformed

T = TypeVar("T")


def pack_lines(values: Iterable[Any], level: int = 3) -> bytes:
    """Each of `values` as msgspec writes it."""
    return pack_encoded((msgspec.json.encode(value) for value in values), level)


def pack_encoded(lines: Iterable[bytes], level: int = 3) -> bytes:
    """The same of what is JSON already, without line breaks."""
    return zstandard.ZstdCompressor(level=level).compress(b"".join(line + b"\n" for line in lines))


def unpack_lines(packed: bytes, decoder: msgspec.json.Decoder[T], most: int) -> Iterator[T]:
    """Raises Malformed, also where it unpacks to more than `most` octets: a bomb stops there."""
    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            plain = reader.read(most + 1)
        if len(plain) > most:
            raise Malformed(f"a message that unpacks to more than {most} octets")
        yield from map(decoder.decode, plain.splitlines())
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise Malformed(f"a message that can't be read ({error})") from error
