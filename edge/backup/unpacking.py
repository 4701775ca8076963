"""Reading a backup: what is in it, and whether that can be relied on."""

import os
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

from edge.backup.errors import BackupError
from edge.backup.packing import Header, Opening, header_of

NAMES = frozenset({"store.db", "staff.json", "tote.toml"})


def opened(path: Path) -> BinaryIO:
    """Raises BackupError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} can't be read ({error.strerror}).") from error


def header(path: Path) -> Header:
    """Raises BackupError."""
    with opened(path) as file:
        return header_of(file)[0]


def unpack(file: BinaryIO, path: Path, key: bytes, to: Path) -> None:
    """The files of the backup that was opened at `path` into the folder `to`. Raises BackupError, and OSError where
    they can't be written."""
    opening = Opening(file, key, path)
    try:
        with (
            zstandard.ZstdDecompressor().stream_reader(cast(BinaryIO, opening), closefd=False) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for entry in tar:
                if entry.name not in NAMES or not entry.isfile():
                    raise BackupError(f"{path} holds {entry.name!r}, which no backup of a box does.")
                _write(cast(IO[bytes], tar.extractfile(entry)), to / entry.name)
        while opening.read(1 << 16):  # to its last part, which says that it was the last
            pass
    except (tarfile.TarError, zstandard.ZstdError) as error:
        raise BackupError(f"{path} is damaged ({error}). Take another backup.") from error
    if not (to / "store.db").exists():
        raise BackupError(f"{path} holds no database.")


def _write(content: IO[bytes], to: Path) -> None:
    """By hand: Debian 12's Python (3.11.2) has no filters for what a tar asks for besides, such as owner and mode."""
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)


def check(database: Path) -> int:
    """Reads every page. Returns how many events are in it. Raises BackupError."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as looked:
            (said,) = looked.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise BackupError(f"the store's database is damaged ({said}): tote doctor says what to do.")
            return int(looked.execute("SELECT count(*) FROM event").fetchone()[0])
    except sqlite3.Error as error:
        raise BackupError(f"the store's database can't be read ({error}): tote doctor says what to do.") from error
