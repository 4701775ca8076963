"""A downloaded version's file: unpacked and hashed in one pass."""

from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from edge.catalogue.errors import DamagedCatalogue

STEP = 1 << 20
LARGEST = 64 << 30
"""Bytes an unpacked catalogue may have: a bomb stops here, before the disk is full of it."""


class _Hashing:
    """Passes reads through and hashes what passed."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        octets = self._source.read(size)
        self.digest.update(octets)
        self.size += len(octets)
        return octets


def unpack(packed: BinaryIO, target: Path, *, hash_hex: str, largest: int = LARGEST) -> None:
    """Write what `packed` (zstd) holds to `target`, if the packed bytes have the SHA-256 `hash_hex`.

    Raises DamagedCatalogue and leaves no `target` where they have another, are cut short, or grow beyond `largest`.
    """
    source = _Hashing(packed)
    try:
        with target.open("wb") as out:
            _copy(source, out, largest)
        if source.digest.hexdigest() != hash_hex:
            raise DamagedCatalogue(f"the file's SHA-256 is {source.digest.hexdigest()}, the head says {hash_hex}")
    except zstandard.ZstdError as error:
        target.unlink(missing_ok=True)
        raise DamagedCatalogue(f"the file can't be unpacked: {error}") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _copy(source: _Hashing, out: BinaryIO, largest: int) -> None:
    written = 0
    with zstandard.ZstdDecompressor().stream_reader(cast(BinaryIO, source), read_size=STEP) as reader:
        while octets := reader.read(STEP):
            written += len(octets)
            if written > largest:
                raise DamagedCatalogue(f"the file unpacks to more than {largest} bytes")
            out.write(octets)
    while source.read(STEP):
        pass


def pack(file: Path, target: Path, level: int = 3) -> tuple[int, str]:
    """Compress `file` to `target`: its size and SHA-256 (hex), as the head of the feed states them."""
    with file.open("rb") as plain, target.open("wb") as out:
        zstandard.ZstdCompressor(level=level).copy_stream(plain, out, size=file.stat().st_size)
    digest = sha256()
    with target.open("rb") as packed:
        while octets := packed.read(STEP):
            digest.update(octets)
    return target.stat().st_size, digest.hexdigest()
