"""A finished database takes the place of the one that is there, which is kept."""

import logging
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hq.backup.copying import copy_rows, empty, opened, snapshot
from hq.backup.making import stamp
from hq.errors import BackupError, HqError
from hq.store import engine as engines
from hq.store.migrate import migrate
from sync.durable import sync

log = logging.getLogger(__name__)

BESIDE = ("-wal", "-shm", "-journal")


def aside(directory: Path, now: int) -> Path:
    """A new folder for what was there; `now` in milliseconds since 1970."""
    first = f"before-restore-{stamp(now)}"
    for name in (first, *(f"{first}-{n}" for n in range(2, 100))):
        if not (folder := directory / name).exists():
            folder.mkdir(mode=0o700)
            return folder
    raise BackupError(f"{directory} holds a hundred folders of this second's restores. Remove some.")


def install(engine: Engine, finished: Path, kept: Path) -> None:
    if engine.dialect.name == "sqlite":
        _install_file(engine, finished, kept)
    else:
        _install_rows(engine, finished, kept)


def _install_file(engine: Engine, finished: Path, kept: Path) -> None:
    """The rename is the stroke. No log of the old file may lie beside the new one: SQLite would mix the two."""
    database = Path(engine.url.database or "")
    engine.dispose()
    if database.exists():
        _fold(database)
        for suffix in ("", *BESIDE):
            if (part := database.with_name(database.name + suffix)).exists():
                shutil.copy2(part, kept / part.name)
        sync(kept)
        for suffix in BESIDE:
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    _as_before(finished, database)
    sync(finished)
    finished.replace(database)
    sync(database.parent)


def _as_before(finished: Path, database: Path) -> None:
    """Owner and mode of what was there, else those of the folder: root restores what another user runs."""
    old = database if database.exists() else database.parent
    like = old.stat()
    finished.chmod(like.st_mode & 0o660)
    own_like(old, finished)


def own_like(old: Path, *fresh: Path) -> None:
    if os.geteuid() == 0:
        for path in fresh:
            os.chown(path, old.stat().st_uid, old.stat().st_gid)


def _fold(database: Path) -> None:
    """What lies in the log beside it goes into the file itself, where it can still be read."""
    try:
        with opened(database):
            pass
    except (SQLAlchemyError, sqlite3.Error) as error:
        log.warning("%s can't be read (%s): it is kept as it is", database, type(error).__name__)


def _install_rows(engine: Engine, finished: Path, kept: Path) -> None:
    """One transaction is the stroke."""
    migrate(engine)
    _keep_rows(engine, kept)
    source = engines.create(f"sqlite:///{finished}")
    try:
        with snapshot(source) as rows, engine.begin() as target:
            empty(target)
            copy_rows(rows, target)
    finally:
        source.dispose()


def _keep_rows(engine: Engine, kept: Path) -> None:
    try:
        with opened(kept / "hq.db") as copy, snapshot(engine) as source:
            migrate(copy)
            with copy.begin() as target:
                copy_rows(source, target)
    except (SQLAlchemyError, HqError) as error:
        raise BackupError(f"What is in the database can't be kept ({error}). Move it away by hand first.") from error
