"""The file, its one writer thread, and short reads.

Every change runs as one function on the writer thread, in one `BEGIN IMMEDIATE` transaction, with `synchronous=FULL`:
the caller goes on only after the commit. The writer is also the only one that checkpoints.

When a sync fails, Linux forgets that the pages were dirty: a second try succeeds and proves nothing (PostgreSQL's
"fsyncgate"). So after the first failure nothing more is written. The process ends, and the next one, when it opens the
file, writes all that the WAL holds anew into the database, syncs that, and begins an empty WAL.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import sqlite_utils

from edge.store.errors import SchemaTooNewError, StorageError, StorageFailedError
from edge.store.failures import note_failure, storage_error
from edge.store.schema import migrations

log = logging.getLogger(__name__)
T = TypeVar("T")
READER_KB = 256
"""Of pages, kept by a connection for reading: it asks for single rows of the latest visits; the kernel has the file."""
Work = Callable[[sqlite_utils.Database], T]


class Database:
    """`write` and `read` may be called from any thread. Use as a context manager, or call `close`."""

    def __init__(self, path: Path, *, failed: Callable[[StorageFailedError], None] | None = None) -> None:
        """`failed` is given by the process that owns the file (the box): it is told once, on any thread, when
        the disk fails, and has to end the process. Raises `StorageError` where the file can't be opened."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._failed = path, failed
        self.timed: Callable[[float], None] = lambda seconds: None
        """Told how long each transaction took, on the writer thread."""
        self._failure: StorageFailedError | None = None
        self._local = threading.local()
        self._readers: list[sqlite_utils.Database] = []
        self._idle: list[sqlite_utils.Database] = []  # append and pop of a list are atomic
        self._writer = _opened(path, owned=failed is not None)
        self._works: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction and returns its result after the commit; an exception in it rolls back.

        Raises `StorageFullError` when the disk is full, `StorageFailedError` when it fails, and ever after.
        """
        future: Future[T] = Future()
        self._works.put((work, future))
        return future.result()

    def read(self, work: Work[T]) -> T:
        """Runs `work` on a connection that nobody else uses. It must fetch all it wants: an open reader lets the WAL
        grow. There are as many as readers were busy at once: each of a web server's many threads with one of its own
        would be megabytes of pages held many times.

        All its questions are answered from one moment, however much is written meanwhile. Raises `StorageFailedError`
        where the disk, or the file, can't be read.
        """
        try:
            with self._lent() as db, _one_moment(db.conn):
                return work(db)
        except sqlite3.Error as error:
            known = storage_error(error, self._path, owned=self._failed is not None)
            if isinstance(known, StorageFailedError) and known.damaged:
                self._note(known)  # nothing is to be written into such a file
            raise known or error from error

    @contextmanager
    def _lent(self) -> Iterator[sqlite_utils.Database]:
        """A read inside a read has the connection of the outer one."""
        outer: sqlite_utils.Database | None = getattr(self._local, "db", None)
        if outer is not None:
            yield outer
            return
        try:
            db = self._idle.pop()
        except IndexError:
            db = _open(self._path)
            db.conn.execute(f"PRAGMA cache_size=-{READER_KB}")
            self._readers.append(db)
        self._local.db = db
        try:
            yield db
        finally:
            self._local.db = None
            self._idle.append(db)

    def moves(self, seconds: float) -> bool:
        """Whether the writer comes to write within `seconds`; what it writes for it is nothing."""
        future: Future[None] = Future()
        self._works.put((lambda db: None, future))
        try:
            future.result(seconds)
        except (StorageError, TimeoutError):
            return False
        return True

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
        if self._failure:
            raise self._failure
        db = self._writer
        began = perf_counter()
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            result = work(db)
            db.conn.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error) and (
                known := storage_error(error, self._path, owned=self._failed is not None)
            ):
                self._note(known)
                raise known from error
            raise
        self.timed(perf_counter() - began)
        return result

    def _roll_back(self) -> None:
        try:
            if self._writer.conn.in_transaction:
                self._writer.conn.execute("ROLLBACK")
        except sqlite3.Error:  # of a disk that failed before: that error is the one to tell
            log.exception("a change could not be rolled back")

    def _note(self, error: StorageError) -> None:
        if isinstance(error, StorageFailedError) and self._failure is None:
            self._failure = error
            if self._failed:  # who only looks says it by the exception
                log.critical("%s", error)
                note_failure(self._path, error)
                self._failed(error)


def _opened(path: Path, *, owned: bool) -> sqlite_utils.Database:
    db: sqlite_utils.Database | None = None
    try:
        db = _open(path)
        if owned:
            _begin_an_empty_wal(db)
        _migrate(db, path)
    except BaseException as error:
        if db is not None:
            db.conn.close()
        if isinstance(error, sqlite3.Error) and (known := storage_error(error, path, owned=owned)):
            raise known from error
        raise
    return db


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """A read inside a read belongs to the outer one's moment."""
    nested = connection.in_transaction
    if not nested:
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if not nested and connection.in_transaction:  # an error may have ended it
            connection.execute("ROLLBACK")


def _begin_an_empty_wal(db: sqlite_utils.Database) -> None:
    """On a full disk the database may have no room for it: the WAL stays as it is, and looking around goes on."""
    try:
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        log.warning("the disk is full: the WAL of the last start is kept as it is")


def _open(path: Path) -> sqlite_utils.Database:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    except BaseException:
        connection.close()
        raise
    return sqlite_utils.Database(connection, execute_plugins=False)


def _migrate(db: sqlite_utils.Database, path: Path) -> None:
    known = {migration.name for migration in migrations.pending(db)} | {m.name for m in migrations.applied(db)}
    ours = {migration.name for migration in migrations._migrations}
    if newer := sorted(known - ours):
        raise SchemaTooNewError(
            f"{path} was written by a newer Tote ({newer[-1]}): update this program, or restore the backup made before"
        )
    migrations.apply(db)
