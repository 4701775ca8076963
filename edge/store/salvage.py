"""A file whose pages are damaged is set aside, and all that can be read of it goes on in a new one.

SQLite refuses to write near a page that makes no sense, so such a file can't go on by itself. Every row that can be
read is copied into a new file, which takes the old one's place; the old one stays beside it for a person to look at.
What the log lost by that, its hash chain names: the box then goes on behind the damage, under a new log id.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import sqlite_utils

from edge.store.database import Database
from edge.store.errors import StorageError, StorageFailedError
from edge.store.failures import DAMAGED, beside, forget_failure, last_failure
from edge.store.log_losses import note_reach
from edge.store.wal import set_aside

log = logging.getLogger(__name__)

SUFFIXES = ("-shm", "-wal", "")
CHUNK = 1_000
RESTORED = "-restored"
"""Beside the name of the database: a complete one that the next start takes instead."""


def open_store(path: Path, failed: Callable[[StorageFailedError], None]) -> Database:
    """The box's own file, opened; a damaged one is salvaged first. Raises `StorageError`."""
    finish_replacing(path)
    set_aside(path)
    if path.exists() and not _whole(path):
        salvage(path)
    forget_failure(path)
    try:
        return Database(path, failed=failed)
    except StorageFailedError as error:
        if not error.damaged:
            raise
    salvage(path)
    return Database(path, failed=failed)


def salvage(path: Path) -> None:
    """Raises StorageError where the disk has no room for the copy."""
    raw, salvaged = beside(path, "-salvaging"), beside(path, "-salvaged")
    for suffix in SUFFIXES:
        beside(raw, suffix).unlink(missing_ok=True)
    with Database(raw) as new:
        tables = new.read(_tables)
        kept = {table: new.write(lambda db, table=table: _copy(path, table, db.conn)) for table in tables}  # type: ignore[misc]
        new.write(lambda db: note_reach(db, path))
    raw.rename(salvaged)
    aside = _take_the_place(path, salvaged, "damaged")
    log.critical("%s was damaged and lies beside as %s; rows that could be read: %s", path, aside.name, kept)


def _whole(path: Path) -> bool:
    """Whether the file may be believed. All of it is looked at only where the last process ended over it."""
    match last_failure(path):
        case None:
            return True
        case kind if kind == DAMAGED:
            return False
    connection = sqlite3.connect(path, timeout=10)
    try:
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk, not the file
            raise StorageError(f"{path} can't be read: {error}. See docs/operate.md: failing disks") from error
        return False
    finally:
        connection.close()


def finish_replacing(path: Path) -> Path | None:
    """A file that is complete takes the place of the one at `path`: a salvaged one, where the power went before it did,
    or one that was put back ("-restored"). Returns where the latter left the old one, if there was one."""
    salvaged, restored, kept = beside(path, "-salvaged"), beside(path, RESTORED), None
    if salvaged.exists():
        _take_the_place(path, salvaged, "damaged")
    if restored.exists():
        old = path.exists()
        aside = _take_the_place(path, restored, "before")
        kept = aside if old else None
    return kept


def _take_the_place(path: Path, salvaged: Path, called: str) -> Path:
    """The old file, its WAL first, moves before the new one comes: an old WAL must never meet a new database."""
    aside = next(to for n in count(1) if not (to := beside(path, f"-{called}-{n}")).exists())
    for suffix in SUFFIXES:
        old = beside(path, suffix)
        if old.exists():
            old.rename(beside(aside, suffix))
    salvaged.rename(path)
    return aside


def _tables(db: sqlite_utils.Database) -> list[str]:
    """All of the schema's; what the steps of the schema keep of themselves is the new file's own."""
    return [name for name in db.table_names() if not name.startswith(("_", "sqlite_"))]


def _copy(path: Path, table: str, into: sqlite3.Connection) -> int:
    width = len(into.execute(f"PRAGMA table_info({table})").fetchall())
    sql = f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * width)})"  # noqa: S608
    return sum(_take(into, sql, row) for row in _readable_rows(path, table) if len(row) == width)


def _take(into: sqlite3.Connection, sql: str, row: tuple[Any, ...]) -> int:
    try:
        return into.execute(sql, row).rowcount
    except (sqlite3.IntegrityError, UnicodeEncodeError):  # a value that the table can't hold: damaged
        return 0


def _readable_rows(path: Path, table: str) -> Iterator[tuple[Any, ...]]:
    old = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        first, last = _bounds(old, table)
        for start in range(first, last + 1, CHUNK):
            yield from _between(old, table, start, min(start + CHUNK - 1, last))
    except sqlite3.DatabaseError as error:  # not even the list of tables can be read
        log.critical("nothing of table %s can be read: %s", table, error)
    finally:
        old.close()


def _bounds(old: sqlite3.Connection, table: str) -> tuple[int, int]:
    try:
        first, last = old.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchone()  # noqa: S608
    except sqlite3.DatabaseError:  # an outermost page is damaged: as many as an index counts, and some
        (last,) = old.execute(f"SELECT count(*) + 100000 FROM {table}").fetchone()  # noqa: S608
        first = 1
    return first or 1, last or 0


def _between(old: sqlite3.Connection, table: str, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a range; where it can't be read as a whole, of its halves."""
    try:
        rows = old.execute(f"SELECT * FROM {table} WHERE rowid BETWEEN ? AND ?", (first, last)).fetchall()  # noqa: S608
    except sqlite3.DatabaseError:
        if first < last:
            middle = (first + last) // 2
            yield from _between(old, table, first, middle)
            yield from _between(old, table, middle + 1, last)
        return
    yield from rows
