"""The engine of HQ's database: SQLite by default, PostgreSQL at scale."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from hq.errors import ConfigError

BUSY_MS = 15_000
"""How long a writer waits for another one."""
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
"""`secure_delete`: the key of a person who was erased is overwritten, not left in a free page."""
ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 11_000}
"""PostgreSQL: in seconds, and milliseconds, how soon a server is given up whose machine vanished."""
PLAIN = {"options": "-c jit=off"}
"""PostgreSQL: its compiler takes six seconds for the statement of an audience, which then runs for a fifth of one."""
POOL = 32
"""Connections kept, and as many more at a pinch: two for each thread that serves a page (`hq.server`)."""


def url_of(directory: Path, configured: str = "") -> str:
    return configured or f"sqlite:///{directory / 'hq.db'}"


def create(url: str) -> Engine:
    """An engine for `url`. On SQLite every transaction that `begin()` opens takes the write lock at once, so that two
    writers wait for each other instead of failing half-way; a plain `connect()` reads a snapshot."""
    try:
        # The connection used last is taken first: SQLite's cache of pages is its own, and warm.
        engine = create_engine(url, pool_size=POOL, max_overflow=POOL, pool_use_lifo=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"database.url {url!r} is no database HQ knows. Write sqlite:///… or postgresql+psycopg://…"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"database.url needs the Python package {error.name!r}. Install tote[postgresql].") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begun)
    else:
        event.listen(engine, "do_connect", _as_wanted)
    return engine


def _as_wanted(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
    """What the address itself says holds."""
    for name, value in (ALIVE | PLAIN).items():
        parameters.setdefault(name, value)


def _connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours below, not the driver's guess
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.close()


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")


def truncate_log(engine: Engine, *, wait_ms: int) -> bool:
    """What SQLite's log still holds of rows that are gone goes too. Others can't write while it waits for who reads or
    writes, so not for long. False where they took longer: it is to be tried again."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            ((busy, *_),) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy


def reading(engine: Engine) -> Connection:
    """A connection that only reads: it never waits for a writer. Use it as a context manager."""
    return engine.connect().execution_options(reading=True)
