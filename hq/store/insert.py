"""Inserts that know what is there already, in both dialects."""

from collections.abc import Mapping, Sequence
from functools import cache
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
    """Whether `row` was new. Asked by what comes back: psycopg counts no rows for such an insert."""
    statement = _insert(connection, table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(statement).first() is not None


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Inserts `row`, or replaces the columns it names of the row with its primary key."""
    connection.execute(_put(connection.dialect.name, table, tuple(row)), row)


def put_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """`put` of `rows`, all of the same columns."""
    if rows:
        connection.execute(_put(connection.dialect.name, table, tuple(rows[0])), rows)


def add_up(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], numbers: tuple[str, ...]) -> None:
    """Inserts `rows`, all of the same columns; where a row of that key is there, its `numbers` grow by those given."""
    if rows:
        connection.execute(_add_up(connection.dialect.name, table, numbers), rows)


@cache
def _add_up(dialect: str, table: Table, numbers: tuple[str, ...]) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    grown = {name: table.c[name] + statement.excluded[name] for name in numbers}
    return statement.on_conflict_do_update(index_elements=[c.name for c in table.primary_key], set_=grown)


def add(connection: Connection, table: Table, *rows: Mapping[str, Any]) -> None:
    """Inserts `rows`, all of the same columns."""
    connection.execute(_add(table), rows if len(rows) > 1 else rows[0])


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """Kept: to build a statement takes longer than to execute it."""
    key = [column.name for column in table.primary_key]
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    values = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=values)


@cache
def _add(table: Table) -> Any:
    return table.insert()
