"""Work that one does at a time, whichever process it is in."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, select, text

from hq.store.engine import reading

SCHEMA, OUTCOMES, SPANS = 0x746F7465, 0x746F7466, 0x746F7467  # "tote", and those after it


def take_turn(connection: Connection, lock: int) -> None:
    """Until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def work_off(engine: Engine, pending: ColumnElement[Any], work: Callable[[Connection], None]) -> None:
    """Does `work`, each time in a transaction of its own, until no row of `pending` is left. Others
    may write in between."""
    while _any(engine, pending):
        with engine.begin() as connection:
            work(connection)


def _any(engine: Engine, pending: ColumnElement[Any]) -> bool:
    with reading(engine) as connection:
        return connection.scalar(select(pending).limit(1)) is not None
