"""Connections to one catalogue file, lent to whoever reads: as many as readers were busy at once."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database


class Pool:
    """Reads through `lend` may run in any thread. What was read must be fetched before the connection goes back."""

    def __init__(self, path: Path, *, frozen: bool = False) -> None:
        """`frozen`: nobody writes the file meanwhile, so that nothing need be put beside it to read it."""
        self._uri = f"file:{quote(str(path.absolute()))}?mode=ro" + ("&immutable=1" if frozen else "")
        self._idle: list[Database] = []  # append and pop of a list are atomic
        self._closed = False
        self._here = threading.local()

    @contextmanager
    def lend(self) -> Iterator[Database]:
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        finally:
            self._idle.append(db)
            if self._closed:
                self.close()

    @contextmanager
    def moment(self) -> Iterator[None]:
        """What this thread asks inside is answered from one moment: a delta may be applied between two questions."""
        if self._at is not None:
            yield
            return
        with self.lend() as db:
            db.conn.execute("BEGIN")
            self._here.db = db
            try:
                yield
            finally:
                self._here.db = None
                db.conn.execute("COMMIT")

    @property
    def _at(self) -> Database | None:
        return getattr(self._here, "db", None)

    def ask(self, sql: str, *values: object) -> list[Any]:
        """Every row of one SELECT. Plain `execute`: sqlite-utils' `query` wraps each SELECT in a savepoint; and lent by
        hand: a look-up by code takes a few microseconds, of which `lend` would be two."""
        if (db := getattr(self._here, "db", None)) is not None:
            found: list[Any] = db.conn.execute(sql, values).fetchall()
            return found
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            return db.conn.execute(sql, values).fetchall()
        finally:
            self._idle.append(db)
            if self._closed:
                self.close()

    def _connect(self) -> Database:
        connection = sqlite3.connect(self._uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA mmap_size=2147418112")
        return Database(connection, recursive_triggers=False, execute_plugins=False)

    def close(self) -> None:
        """Close what is idle; what is lent closes when it comes back."""
        self._closed = True
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:  # another thread took the last one
                return
