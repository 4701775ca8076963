"""Whether a backup can be relied on: its copy is opened and read through, nothing is taken on trust."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, select
from sqlalchemy.exc import DatabaseError

from hq import keys
from hq.backup.copying import hash_of
from hq.backup.manifest import DATABASE, JOURNAL, KEYS, Manifest, read
from hq.errors import BackupError, HqError
from hq.journal import entries
from hq.store import tables
from hq.store.migrate import revisions
from hq.store.state import state_hash


def check(folder: Path) -> Manifest:
    """Reads the whole backup. Raises BackupError naming what is damaged."""
    manifest = read(folder)
    _check_schema(manifest)
    try:
        if hash_of(folder / DATABASE) != manifest.database:
            raise BackupError(f"{folder / DATABASE} is not the file that was backed up. Take another backup.")
        _check_database(folder / DATABASE, manifest)
        for _ in entries(folder / JOURNAL):
            pass
        if not (folder / KEYS).is_dir() or keys.open_or_create(folder / KEYS).fingerprint != manifest.keys:
            raise BackupError(f"{folder / KEYS} holds no keys, or those of another HQ. Take another backup.")
    except (OSError, DatabaseError, sqlite3.DatabaseError) as error:
        raise BackupError(f"{folder} can't be read ({error}). Take another backup.") from error
    except HqError as error:
        raise BackupError(f"The backup {folder} is damaged: {error}") from error
    return manifest


def marks(folder: Path) -> dict[str, int]:
    """How far the backup has each log."""
    engine = _unchanging(folder / DATABASE)
    with engine.connect() as connection:
        found = {row.log_id: row.mark for row in connection.execute(select(tables.log.c.log_id, tables.log.c.mark))}
    engine.dispose()
    return found


def _check_schema(manifest: Manifest) -> None:
    if manifest.schema not in revisions():
        raise BackupError(f"The backup has schema {manifest.schema}, this program ends with {revisions()[-1]}: update.")


def _check_database(path: Path, manifest: Manifest) -> None:
    engine = _unchanging(path)
    try:
        with engine.connect() as connection:
            _check_whole(connection)
            if manifest.schema == revisions()[-1] and state_hash(connection) != manifest.state:
                raise BackupError(f"{path} says something else than the database it was made of.")
    finally:
        engine.dispose()


def _check_whole(connection: Connection) -> None:
    found = list(connection.exec_driver_sql("PRAGMA integrity_check").scalars())
    if found != ["ok"]:
        raise BackupError(f"its database is damaged ({found[0]}).")
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise BackupError(f"a row of its table {broken[0]!r} leads nowhere.")


def _unchanging(path: Path) -> Engine:
    """Opened so that not even a lock is written beside it: a backup may lie on a disk that can only be read."""
    source = f"file:{path.resolve()}?mode=ro&immutable=1"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(source, uri=True, check_same_thread=False))
