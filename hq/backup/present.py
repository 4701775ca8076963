"""What is there before a restore: as far as it can be read, for it may be the very thing that broke."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from hq.errors import BackupError
from hq.service import setting
from hq.store import engine as engines
from hq.store import tables

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Present:
    instance: str = ""
    """"" where there is no database, or it can't be read."""
    epoch: int = 0
    trimmed: dict[str, int] = field(default_factory=dict)
    """How far boxes may have forgotten, by log."""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = engines.create(url)
    try:
        yield engine
    finally:
        engine.dispose()


def look(engine: Engine) -> Present:
    """Never raises for a database that is missing, foreign, old or damaged."""
    log_id, trim_to = tables.log.c.log_id, tables.log.c.trim_to
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return Present()  # opening it would make it
    try:
        with engines.reading(engine) as connection:
            if not inspect(connection).has_table("setting"):
                return Present()
            trimmed = {row.log_id: row.trim_to for row in connection.execute(select(log_id, trim_to))}
            return Present(
                instance=setting(connection, "instance"), epoch=int(setting(connection, "epoch")), trimmed=trimmed
            )
    except (SQLAlchemyError, sqlite3.Error, ValueError) as error:
        log.warning("the database that is there can't be read: %s", type(error).__name__)
        return Present()


def refuse_workers(engine: Engine) -> None:
    """Raises BackupError while workers hold leases in a PostgreSQL: they would go on with the old epoch."""
    if engine.dialect.name != "postgresql":
        return  # its one service is known by its folder's lock
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    of_ours = " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    try:
        with engine.connect() as connection:
            working = connection.scalar(text(held + of_ours))
    except SQLAlchemyError as error:
        raise BackupError("The database can't be reached. Start it, and look at database.url.") from error
    else:
        if working:
            raise BackupError("Workers are at work on this database. Stop every `tote-hq run` and `worker` first.")
