"""What SQLite's error codes mean (https://www.sqlite.org/rescode.html), and what the next process is to know."""

import logging
import sqlite3
from pathlib import Path

from edge.store.errors import StorageError, StorageFailedError, StorageFullError

log = logging.getLogger(__name__)

DAMAGED, DISK = "damaged", "disk"
_FAILED = {
    sqlite3.SQLITE_IOERR: "the disk of the box fails",
    sqlite3.SQLITE_READONLY: "it can't be written; is the disk mounted read-only, or is the file another user's?",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened; is the disk mounted read-only, or is the folder another user's?",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY = 0xFF


_TO_THE_BOX = (
    "What was confirmed is kept; the box starts anew by itself and looks through what it has. If this comes again, see"
)
_TO_A_READER = "Nothing was changed. Where it is damaged, the box goes on with all that can be read when it starts; see"


def storage_error(error: sqlite3.Error, path: Path, *, owned: bool) -> StorageError | None:
    """What to tell of `error`, None where it is a mistake of the program and not the disk's or the file's fault.
    `owned`: by the box, to which the file belongs; others only look into it."""
    if str(error).startswith("Could not decode"):  # Python's own words, without a code: one value is damaged
        return _failed(path, "the file is damaged", error, damaged=False, owned=owned)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError("the disk of the box is full: free some room; nothing recorded is lost")
    if code not in _FAILED:
        return None
    return _failed(path, _FAILED[code], error, damaged=code in _DAMAGED, owned=owned)


def _failed(path: Path, what: str, error: sqlite3.Error, *, damaged: bool, owned: bool) -> StorageFailedError:
    name = getattr(error, "sqlite_errorname", "no code")
    told = StorageFailedError(
        f"{path}: {what} ({error}, {name}). {_TO_THE_BOX if owned else _TO_A_READER}"
        " docs/operate.md: damaged files and failing disks"
    )
    told.damaged = damaged
    return told


def note_failure(path: Path, error: StorageFailedError) -> None:
    """The next process is to look closer. A disk that takes not even this needs a person anyway."""
    try:
        beside(path, "-failed").write_text(DAMAGED if error.damaged else DISK)
    except OSError:
        log.exception("that %s failed could not be noted", path)


def last_failure(path: Path) -> str | None:
    """DAMAGED or DISK where the last process ended over this file."""
    noted = beside(path, "-failed")
    return (noted.read_text() or DISK) if noted.exists() else None


def forget_failure(path: Path) -> None:
    beside(path, "-failed").unlink(missing_ok=True)


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
