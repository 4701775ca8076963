"""Brings a database to this program's schema. The steps lie in the package: an installed wheel migrates itself."""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from hq.errors import SchemaError
from hq.store.engine import reading
from hq.store.turns import SCHEMA, take_turn

log = logging.getLogger(__name__)

STEPS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """The schemas that this program knows, oldest first, out of the names of its steps: "v0002_….py" makes "0002"."""
    return sorted(step.name[1:5] for step in (STEPS / "versions").glob("v*.py"))


def migrate(engine: Engine, *, to: str = "") -> None:
    """Applies the missing steps, up to `to` or all, in one transaction.

    Raises SchemaError for a newer or a foreign database, having changed nothing.
    """
    to = to or revisions()[-1]
    with reading(engine) as connection:
        if _current(connection) == to:
            return
    with engine.begin() as connection:
        take_turn(connection, SCHEMA)
        current = _current(connection)
        _refuse_foreign(connection, current)
        _upgrade(connection, to)
        log.log(logging.INFO if current else logging.DEBUG, "the database went from schema %s to %s", current, to)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _refuse_foreign(connection: Connection, current: str | None) -> None:
    if current is not None and current not in revisions():
        raise SchemaError(
            f"The database has schema {current}; this program knows schemas up to {revisions()[-1]}. "
            "Install the version of Tote that wrote it, or a newer one; nothing was changed."
        )
    if current is None and (tables := inspect(connection).get_table_names()):
        raise SchemaError(
            f"The database holds tables that are not HQ's ({', '.join(sorted(tables)[:3])}). "
            "Name an empty one in database.url; nothing was changed."
        )


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # a seventh of a command's start, and hardly ever needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
