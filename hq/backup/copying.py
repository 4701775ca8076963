"""All rows of one database into another, and files so that they are on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, Table, func, select, text

from hq.store import engine as engines
from hq.store.state import Sum, rows_of
from hq.store.tables import metadata, outcome_pending, stock_pending
from sync.durable import sync

CHUNK = 2_000
FILLED = frozenset({stock_pending.name, outcome_pending.name})
"""What triggers fill while the rows of other tables go over."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, whatever others write meanwhile."""
    if engine.dialect.name == "sqlite":
        with engines.reading(engine) as connection, connection.begin():
            yield connection
    else:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """The SQLite database in the file `path`, which afterwards stands alone: no log lies beside it."""
    engine = engines.create(f"sqlite:///{path}")
    try:
        yield engine
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA journal_mode = DELETE")
    finally:
        engine.dispose()


def copy_rows(source: Connection, target: Connection) -> dict[str, Sum]:
    """Into empty tables. Returns what went over, by table, as it was read."""
    sums = {table.name: _copy(table, source, target) for table in metadata.sorted_tables if table.name not in FILLED}
    for table in (metadata.tables[name] for name in FILLED):
        target.execute(table.delete())
        sums[table.name] = _copy(table, source, target)
    return sums


def _copy(table: Table, source: Connection, target: Connection) -> Sum:
    total, chunk = Sum(), []
    names = table.c.keys()
    for row in rows_of(source, table):
        total.add(row)
        chunk.append(dict(zip(names, row, strict=True)))
        if len(chunk) == CHUNK:
            target.execute(table.insert(), chunk)
            chunk = []
    if chunk:
        target.execute(table.insert(), chunk)
    _count_on(table, target)
    return total


def _count_on(table: Table, target: Connection) -> None:
    """PostgreSQL numbers rows from a sequence, which knows nothing of numbers that were put in by hand."""
    number = table.autoincrement_column
    if target.dialect.name != "postgresql" or number is None or not isinstance(number.type, Integer):
        return
    if (highest := target.scalar(select(func.max(number)))) is not None:
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        target.execute(select(func.setval(sequence, highest)))


def empty(target: Connection) -> None:
    """Takes every row out of every table."""
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    if target.dialect.name == "postgresql":
        target.execute(text(f"TRUNCATE {names}"))
    else:
        for table in reversed(metadata.sorted_tables):
            target.execute(table.delete())


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sync_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)
    sync(folder.parent)
