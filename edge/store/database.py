"""The file, its one writer thread, and short reads.

Every change runs as one function on the writer thread, in one `BEGIN IMMEDIATE` transaction, with `synchronous=FULL`:
the caller goes on only after the commit. The writer is also the only one that checkpoints.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from edge.store.schema import migrations

T = TypeVar("T")
Work = Callable[[sqlite_utils.Database], T]


class StorageError(Exception):
    """`store.db` can't be used; `str()` says what to do."""


class StorageFullError(StorageError):
    """No room for another event. What was committed is safe; nothing of this change was kept."""


class SchemaTooNewError(StorageError):
    """The file was written by a newer program."""


class Database:
    """`write` and `read` may be called from any thread. Use as a context manager, or call `close`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._readers: list[sqlite_utils.Database] = []
        self._writer = _open(path)
        _migrate(self._writer, path)
        self._works: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction and returns its result after the commit; an exception in it rolls back.

        Raises `StorageFullError` when the disk is full.
        """
        future: Future[T] = Future()
        self._works.put((work, future))
        return future.result()

    def read(self, work: Work[T]) -> T:
        """Runs `work` on this thread's own connection. It must fetch all it wants: an open reader lets the WAL grow."""
        db: sqlite_utils.Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = _open(self._path)
            self._readers.append(db)
        return work(db)

    def close(self) -> None:
        """Waits for the writes already asked for."""
        self._works.put(None)
        self._thread.join()
        for db in (*self._readers, self._writer):
            db.conn.close()

    def _run(self) -> None:
        while (asked := self._works.get()) is not None:
            work, future = asked
            try:
                future.set_result(self._transact(work))
            except BaseException as error:  # the caller's thread raises it
                future.set_exception(error)

    def _transact(self, work: Work[T]) -> T:
        db = self._writer
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            result = work(db)
            db.conn.execute("COMMIT")
        except BaseException as error:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise StorageFullError(
                    "the disk of the box is full: free some room; nothing recorded is lost"
                ) from error
            raise
        return result


def _open(path: Path) -> sqlite_utils.Database:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return sqlite_utils.Database(connection, execute_plugins=False)


def _migrate(db: sqlite_utils.Database, path: Path) -> None:
    known = {migration.name for migration in migrations.pending(db)} | {m.name for m in migrations.applied(db)}
    ours = {migration.name for migration in migrations._migrations}
    if newer := sorted(known - ours):
        raise SchemaTooNewError(
            f"{path} was written by a newer Tote ({newer[-1]}): update this program, or restore the backup made before"
        )
    migrations.apply(db)
