"""A delta applied to the file in use: one WAL transaction, while readers go on with what was there before.

Copying the file instead costs the whole of it for every changed price (docs/adr/0008-deltas-in-place.md). Each step is
one statement inside SQLite, which lets other threads run meanwhile.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from edge.catalogue.delta import DELTA_MARK, since, version_in
from edge.catalogue.errors import DamagedCatalogue, NotACatalogue, OldVersion, WrongVersion
from edge.catalogue.schema import Version
from edge.catalogue.tables import full_text, ordinary

PATIENCE = 30.0
"""Seconds to wait for readers of a file that becomes a WAL database, and for the end of a checkpoint."""


def patch(file: Path, delta: Path, version: Version) -> None:
    """Bring the catalogue `file` to `version` by `delta`, or leave it as it is.

    Raises OldVersion where the delta leads from another version than the file has, WrongVersion where it leads
    elsewhere, NotACatalogue or DamagedCatalogue where it is none; sqlite3.OperationalError where the disk is full.
    """
    with writing(file) as connection:
        made = _attach(connection, delta)
        with transaction(connection):
            try:
                _check(connection, version)
                _apply(connection, made)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                    raise  # the disk; the delta's fault are tables and columns that are not there
                raise DamagedCatalogue(f"the delta to {version} can't be applied: {error}") from error
            if version_in(connection) != (version.epoch, version.n):
                raise WrongVersion(f"the delta announced as leading to {version} leads elsewhere")


@contextmanager
def writing(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that may change a catalogue file while others read it; what was committed is in the file itself at
    the end, unless a reader is in the way."""
    where = f"file:{quote(str(file.absolute()))}?mode=rw"
    with closing(sqlite3.connect(where, uri=True, isolation_level=None, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # a cache: after a power cut it is the old or the new version
        connection.execute("PRAGMA cache_size=-65536")
        try:
            yield connection
        finally:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _attach(connection: sqlite3.Connection, delta: Path) -> set[str]:
    """The names of its tables."""
    try:
        connection.execute("ATTACH ? AS delta", (f"file:{quote(str(delta.absolute()))}?mode=ro",))
        ((mark,),) = connection.execute("PRAGMA delta.application_id")
    except sqlite3.DatabaseError as error:
        raise NotACatalogue(f"{delta} is no delta: {error}") from error
    if mark != DELTA_MARK:
        raise NotACatalogue(f"{delta} is no delta")
    return {name for (name,) in connection.execute("SELECT name FROM delta.sqlite_master")}


def _check(connection: sqlite3.Connection, version: Version) -> None:
    begins, ends = since(connection)
    if version_in(connection) != (begins.epoch, begins.n):
        raise OldVersion(f"the delta leads from {begins}, the version in use is {Version(*version_in(connection))}")
    if ends != version:
        raise WrongVersion(f"the delta announced as leading to {version} leads to {ends}")


def _apply(connection: sqlite3.Connection, made: set[str]) -> None:
    """All that is gone before anything is put: a GTIN may have moved from one article to another. Words leave the
    full-text table while the table that holds them still has them."""
    tables, searched = ordinary(connection), full_text(connection)
    for each in searched:
        if f"gone_{each.content}" in made:
            into = f"INSERT INTO {each.name} ({each.name}, rowid, {each.listed})"
            words = f"SELECT 'delete', {each.key}, {each.listed} FROM main.{each.content}"
            gone = f"SELECT {each.key} FROM delta.gone_{each.content}"
            connection.execute(f"{into} {words} WHERE {each.key} IN ({gone})")
    for table in tables:
        if f"gone_{table.name}" in made:
            key = ", ".join(table.key)
            gone = f"SELECT {key} FROM delta.gone_{table.name}"
            connection.execute(f"DELETE FROM main.{table.name} WHERE ({key}) IN ({gone})")
    for table in tables:
        if f"put_{table.name}" in made:
            put = f"SELECT {table.listed} FROM delta.put_{table.name}"
            connection.execute(f"INSERT INTO main.{table.name} ({table.listed}) {put}")
    for each in searched:
        if f"put_{each.content}" in made:
            put = f"SELECT {each.key}, {each.listed} FROM delta.put_{each.content}"
            connection.execute(f"INSERT INTO {each.name} (rowid, {each.listed}) {put}")
