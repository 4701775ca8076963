"""Long work on a few tables that holds up no other writer.

SQLite has one write lock for the whole database. So the work is done on temporary tables of the same names, which a
statement finds first and which need no lock; only what differs in the end goes over, in one short transaction.
PostgreSQL locks single rows: there it is a plain transaction.
"""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table

from hq.errors import BusyError
from hq.store.engine import reading

LOCK = "import.lock"
"""In HQ's data folder: the lock of everybody who writes to `article`."""


@contextmanager
def alone(folder: Path, *, patience: float | None = None) -> Iterator[None]:
    """Nobody else writes to `article` of the HQ in `folder` meanwhile. Raises BusyError after `patience` seconds (None:
    waits for ever)."""
    with (folder / LOCK).open("w") as file:
        until = None if patience is None else time.monotonic() + patience
        while not _locked(file.fileno(), wait=until is None):
            if until is not None and time.monotonic() > until:
                raise BusyError("An import is at work. Try again when it is done.")
            time.sleep(0.05)
        yield


def _locked(descriptor: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def aside(
    engine: Engine, lock: Path, *tables: Table, keep: bool = True, yields: Sequence[str] = ()
) -> Iterator[Connection]:
    """A connection in a transaction that writes to nothing but `tables`. What was done stays when the block ends
    without an error and `keep` says so. Everybody who writes to `tables` passes the same `lock`, a file, and waits.
    Who writes to rows of theirs without it is not overwritten where `yields` says so: statements that take rows out of
    `temp.<table>_put`, what is about to go over, by what stands in `main.<table>` then."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if engine.dialect.name == "sqlite":
            with reading(engine) as connection:
                yield from _on_copies(connection, tables, keep=keep, yields=yields)
        else:
            with engine.connect() as connection:
                yield connection
                if keep:
                    connection.commit()


def _on_copies(
    connection: Connection, tables: tuple[Table, ...], *, keep: bool, yields: Sequence[str]
) -> Iterator[Connection]:
    connection.detach()  # the copies end with it instead of going back into the pool
    with connection.begin():
        for table in tables:
            _copy(connection, table)
        yield connection
        for table in tables if keep else ():
            _compare(connection, table)
    if keep:
        connection.execution_options(reading=False)
        with connection.begin():
            for statement in yields:
                connection.exec_driver_sql(statement)
            for table in tables:
                _take_over(connection, table)


def _copy(connection: Connection, table: Table) -> None:
    query = "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?"
    made = str(connection.exec_driver_sql(query, (table.name,)).scalar_one())
    connection.exec_driver_sql(made.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    _run(connection, table, "INSERT INTO temp.{table} SELECT * FROM main.{table}")


def _compare(connection: Connection, table: Table) -> None:
    """Against the same snapshot that was copied: what others write meanwhile to other rows is no difference."""
    differing = "SELECT {part} FROM {one}.{table} EXCEPT SELECT {part} FROM {other}.{table}"
    _run(connection, table, f"CREATE TEMP TABLE {{table}}_put AS {differing}", part="*", one="temp", other="main")
    _run(connection, table, f"CREATE TEMP TABLE {{table}}_gone AS {differing}", part="{key}", one="main", other="temp")


def _take_over(connection: Connection, table: Table) -> None:
    _run(connection, table, "DELETE FROM main.{table} WHERE ({key}) IN (SELECT {key} FROM temp.{table}_gone)")
    _run(connection, table, "INSERT OR REPLACE INTO main.{table} SELECT * FROM temp.{table}_put")


def _run(connection: Connection, table: Table, statement: str, **more: str) -> None:
    """Only names of our own tables and columns come into the statement."""
    key = ", ".join(column.name for column in table.primary_key)
    named = {name: value.format(key=key) for name, value in more.items()}
    connection.exec_driver_sql(statement.format(table=table.name, key=key, **named))
