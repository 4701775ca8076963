"""Brings a database to this program's schema. The steps lie in the package: an installed wheel migrates itself."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from hq.errors import SchemaError
from hq.store.engine import reading

log = logging.getLogger(__name__)

LOCK = 0x746F7465  # "tote": one process migrates at a time on PostgreSQL; SQLite's write lock does it there


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Applies the missing steps in one transaction. Raises SchemaError for a newer or a foreign database, unchanged."""
    if to == "head" and _current_of(engine) == _script().get_current_head():
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        current = _current(connection)
        _refuse_foreign(connection, current)
        command.upgrade(_config(connection), to)
        log.info("the database went from schema %s to %s", current or "none", _current(connection))


def _current_of(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_foreign(connection: Connection, current: str | None) -> None:
    known = [step.revision for step in _script().walk_revisions()]
    if current is not None and current not in known:
        raise SchemaError(
            f"The database has schema {current}; this program knows schemas up to {known[0]}. "
            "Install the version of Tote that wrote it, or a newer one; nothing was changed."
        )
    if current is None and (tables := inspect(connection).get_table_names()):
        raise SchemaError(
            f"The database holds tables that are not HQ's ({', '.join(sorted(tables)[:3])}). "
            "Name an empty one in database.url; nothing was changed."
        )


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
