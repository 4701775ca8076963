"""Work that one does at a time, whichever process it is in."""

from sqlalchemy import Connection, text

OUTCOMES, SPANS = 0x746F7466, 0x746F7467
"""Beside the one of `hq.store.migrate`."""


def take_turn(connection: Connection, lock: int) -> None:
    """Until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
