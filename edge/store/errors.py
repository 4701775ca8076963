"""What can be wrong with `store.db`; `str()` says what to do.

StorageError
├── StorageFullError      no room; what was committed is safe, nothing of this change was kept
├── StorageFailedError    the disk fails, or the file is no database any more: the process has to end and start anew
├── DamagedError          an event is not what was appended; its log went on without it
└── SchemaTooNewError     written by a newer program
"""

from sync.outlog import NoRoom


class StorageError(Exception):
    """`store.db` can't be used."""


class StorageFullError(StorageError, NoRoom):
    """No room for another event. What was committed is safe; nothing of this change was kept."""


class StorageFailedError(StorageError):
    """Reading, writing or syncing failed. Whether the last change is on the disk is not known: nothing may be believed
    before the file was opened again by another process."""

    damaged = False
    """Whether SQLite finds that the file itself makes no sense: then the next process salvages what can be read."""


class DamagedError(StorageError, LookupError):
    """An event to be read is not what was appended."""


class SchemaTooNewError(StorageError):
    """The file was written by a newer program."""
