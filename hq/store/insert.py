"""Inserts that know what is there already, in both dialects."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows whose key is not there yet; the others stay as they are."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def inserted(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Whether `row` was new."""
    return bool(connection.execute(_insert(connection, table).values(row).on_conflict_do_nothing()).rowcount)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Inserts `row`, or replaces the columns it names of the row with its primary key."""
    key = [column.name for column in table.primary_key]
    values = {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values))
