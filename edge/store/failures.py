"""SQLite's error codes (https://www.sqlite.org/rescode.html) -> what they mean for the box."""

import sqlite3
from pathlib import Path

from edge.store.errors import StorageError, StorageFailedError, StorageFullError

_FAILED = {
    sqlite3.SQLITE_IOERR: "the disk of the box fails",
    sqlite3.SQLITE_READONLY: "it can't be written; is the disk mounted read-only, or is the file another user's?",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened; is the disk mounted read-only, or is the folder another user's?",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
}
_PRIMARY = 0xFF


def storage_error(error: sqlite3.Error, path: Path) -> StorageError | None:
    """What to tell of `error`, None where it is a mistake of the program and not the disk's or the file's fault."""
    if str(error).startswith("Could not decode"):  # the module's own words, without a code: a text that is none
        return _failed(path, "the file is damaged", error)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError("the disk of the box is full: free some room; nothing recorded is lost")
    if code not in _FAILED:
        return None
    return _failed(path, _FAILED[code], error)


def _failed(path: Path, what: str, error: sqlite3.Error) -> StorageFailedError:
    name = getattr(error, "sqlite_errorname", "no code")
    return StorageFailedError(
        f"{path}: {what} ({error}, {name}). What was confirmed is kept; the box starts anew by itself and"
        " looks through what it has. If this comes again, see docs/operate.md: damaged files and failing disks"
    )
