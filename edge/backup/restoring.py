"""A box goes on with what a backup holds: enrolled anew, under a log id of its own."""

import secrets
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from edge import settings_file
from edge.backup.errors import BackupError
from edge.backup.making import SETTINGS, STAFF, STORE
from edge.backup.packing import header_of
from edge.backup.unpacking import check, opened, unpack
from edge.config import Config
from edge.store import RESTORED, Database, Draw, finish_replacing, restart
from sync.durable import keep, sync

HQ = ("broker", "url", "public_url", "seal_key", "verify_key", "tls", "ca", "certificate", "key")
"""What enrolling wrote, which holds for this box, and not for the one of the backup."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    made: int
    """When the backup was taken, milliseconds since 1970."""
    events: int
    waiting: int
    """Events of it that HQ had not confirmed then: they are sent again, and HQ knows those it has."""
    kept: Path | None
    """Where the database that was there lies now."""
    settings: str
    """Those of the backup, with what this box was enrolled with, to be written; "" where it has none."""


def restore(path: Path, config: Config, key: bytes, *, replace: bool = False, file: BinaryIO | None = None) -> Restored:
    """Puts the backup at `path` into the data folder of the enrolled, stopped box of `config`. `file` is the one that
    lies there, where whoever restores may not open it. Raises BackupError, and OSError or StorageError, having changed
    nothing."""
    with file or opened(path) as backup:
        return _restored(backup, path, config, key, replace=replace)


def _restored(backup: BinaryIO, path: Path, config: Config, key: bytes, *, replace: bool) -> Restored:
    told, _ = header_of(backup)
    backup.seek(0)
    if told.store != config.store:
        raise BackupError(f"{path} is of the store {told.store}, this is the box of {config.store}.")
    folder = Path(config.dir)
    refuse_running(folder / STORE)
    if not replace:
        _refuse_loss(folder / STORE)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as name:
        work = Path(name)
        unpack(backup, path, key, work)
        events = check(work / STORE)
        waiting = _under_a_new_id(work / STORE)
        text = _settings(work / SETTINGS, config)
        if (work / STAFF).exists():
            keep(folder / STAFF, (work / STAFF).read_bytes(), mode=0o600)
        (work / STORE).chmod(0o600)
        sync(work / STORE)
        (work / STORE).rename(folder / f"{STORE}{RESTORED}")
        sync(folder)
        kept = finish_replacing(folder / STORE)
    sync(folder)
    return Restored(made=told.made, events=events, waiting=waiting, kept=kept, settings=text)


def refuse_running(database: Path) -> None:
    """Raises BackupError while somebody has the database open. What lies in its log goes into the file."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1)) as looked:
            looked.execute("PRAGMA journal_mode=DELETE")  # for which SQLite has to be alone
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BackupError("the box runs: stop it first (systemctl stop tote).") from error
        raise BackupError(f"{database} can't be opened ({error}): move it away by hand first.") from error
    except sqlite3.DatabaseError:
        return  # no database any more: nothing of it is to be kept together


def _refuse_loss(database: Path) -> None:
    """Of a box that has worked, events may be nowhere else."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database)) as looked:
            (events,) = looked.execute("SELECT count(*) FROM event").fetchone()
    except sqlite3.Error:
        return
    if events:
        raise BackupError(
            f"{database} holds {events} events of its own, and some may be nowhere else. If the backup is to take its"
            " place all the same, say --replace: the file is kept beside it."
        )


def _under_a_new_id(path: Path) -> int:
    """Brings the copy to this program's schema; what HQ may lack is to be appended again, under another log id, by the
    box's next start. Returns how many events that are."""
    with Database(path) as database:
        draw = Draw(now=lambda: time.time_ns() // 1_000_000, new_id=lambda: secrets.token_hex(16))
        waiting = database.write(lambda db: restart(db, draw))
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    return waiting


def _settings(path: Path, config: Config) -> str:
    """The settings of the backup with what this box was enrolled with; "" where the backup has none."""
    if not path.exists():
        return ""
    text = settings_file.with_values(path.read_text(encoding="utf-8"), "", {"store": config.store, "dir": config.dir})
    return settings_file.with_values(text, "hq", {name: getattr(config.hq, name) for name in HQ})
