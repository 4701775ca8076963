"""The file of a backup: a line of plain JSON (`Header`), then the packed files in encrypted parts.

    tote-backup/1 {"store":…,"made":…,"program":…,"key":…}\\n
    24 octets: the header of libsodium's secretstream (XChaCha20-Poly1305)
    parts of 64 KiB and 17 octets, the last one shorter or as long and marked as the last: a tar in zstd

The first line is authenticated with the first part. `key` is the stream's key and the store's id, sealed to HQ.
"""

from pathlib import Path
from typing import BinaryIO

import msgspec
from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from edge.backup.errors import BackupError

MAGIC = b"tote-backup/1 "
PART = 64 * 1024
BEGIN = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
SEALED_PART = PART + sodium.crypto_secretstream_xchacha20poly1305_ABYTES
LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
LONGEST_HEADER = 4096


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself in the open."""

    store: str
    made: int
    """Milliseconds since 1970."""
    program: str
    """The version of Tote that made it."""
    key: str
    """Hex: the key of what follows, sealed to HQ (`sync.codec.seal_backup_key`)."""


def new_key() -> bytes:
    return sodium.crypto_secretstream_xchacha20poly1305_keygen()


def header_of(file: BinaryIO) -> tuple[Header, bytes]:
    """The header and its octets. Raises BackupError for what is no backup of a box."""
    line = file.readline(LONGEST_HEADER)
    try:
        if not line.startswith(MAGIC):
            raise ValueError("it begins otherwise")
        return msgspec.json.decode(line.removeprefix(MAGIC), type=Header), line
    except (ValueError, msgspec.MsgspecError) as error:
        raise BackupError(f"this is no backup of a box ({error}). Name a file that `tote backup` made.") from error


class Sealing:
    """What is written goes encrypted into `file`; complete after `finish`."""

    def __init__(self, file: BinaryIO, header: Header, key: bytes) -> None:
        self._file, self._waiting = file, bytearray()
        self._line = MAGIC + msgspec.json.encode(header) + b"\n"
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        file.write(self._line)
        file.write(sodium.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PART:  # what is there at the end is the last part
            self._push(bytes(self._waiting[:PART]), 0)
            del self._waiting[:PART]
        return len(data)

    def finish(self) -> None:
        self._push(bytes(self._waiting), LAST)

    def _push(self, part: bytes, tag: int) -> None:
        self._file.write(sodium.crypto_secretstream_xchacha20poly1305_push(self._state, part, self._line, tag))
        self._line = b""


class Opening:
    """What was sealed, read in order. Raises BackupError where a part is missing or not what was written."""

    def __init__(self, file: BinaryIO, key: bytes, path: Path) -> None:
        self._file, self._path = file, path
        self.header, self._line = header_of(file)
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        self._part, self._ended = b"", False
        begin = file.read(BEGIN)
        if len(begin) < BEGIN:
            raise self._damaged()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self._state, begin, key)

    def read(self, size: int) -> bytes:
        while not self._part and not self._ended:
            self._pull()
        read, self._part = self._part[:size], self._part[size:]
        return read

    def _pull(self) -> None:
        octets = self._file.read(SEALED_PART)
        try:
            part, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self._state, octets, self._line)
        except (CryptoError, RuntimeError, ValueError) as error:
            raise self._damaged() from error
        self._part, self._line, self._ended = part, b"", tag == LAST

    def _damaged(self) -> BackupError:
        return BackupError(f"{self._path} is damaged or was cut short, or the key is another's. Take another backup.")
