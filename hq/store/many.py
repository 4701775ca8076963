"""Many values or rows in one statement, in both dialects: what ingest does a thousand times a second."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, String, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

TOGETHER = 100
"""Rows in one statement on SQLite, which takes 32,766 values."""


class _Values(TypeDecorator[Any]):
    """Many texts as one parameter."""

    impl, cache_ok = Text, True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _Within(FunctionElement[bool]):
    """Of no type: SQLAlchemy writes "= 1" behind what it takes for a Boolean function, and SQLite then reads the table
    from its first row to its last."""

    inherit_cache, name, type = True, "within", NullType()  # type: ignore[assignment]


@compiles(_Within, "sqlite")
def _in_json(element: _Within, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(part, **more) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(_Within, "postgresql")
def _in_array(element: _Within, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(part, **more) for part in element.clauses)
    return f"{column} = ANY ({values})"


def within(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the values that the parameter `name` is given: for a statement that is built once, and
    stays the same however many they are."""
    return _Within(column, bindparam(name, type_=_Values()))


def among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`."""
    return _Within(column, bindparam(None, values, type_=_Values(), unique=True))


def add_rows(
    connection: Connection, table: Table, rows: Sequence[Sequence[Any]], names: tuple[str, ...] | None = None
) -> None:
    """Inserts `rows`, each with a value for every column of `table` in its order, or for those of these `names`."""
    if not rows:
        return
    columns = names or tuple(column.name for column in table.c)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
    else:
        _insert(connection, table, columns, rows)


def _insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Many rows to a statement take a fifth less time than one to each; one form of it is kept for every table."""
    whole = len(rows) - len(rows) % TOGETHER
    for begin in range(0, whole, TOGETHER):
        values = tuple(chain.from_iterable(rows[begin : begin + TOGETHER]))
        connection.exec_driver_sql(_values(table, columns, TOGETHER), values)
    if rest := rows[whole:]:
        connection.exec_driver_sql(_values(table, columns, 1), [tuple(row) for row in rest])


@cache
def _values(table: Table, columns: tuple[str, ...], count: int) -> str:
    names, row = ", ".join(f'"{name}"' for name in columns), f"({', '.join('?' * len(columns))})"
    return f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([row] * count)}'  # noqa: S608


def _copy(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """COPY takes a third of the time of any INSERT. SQLAlchemy has no word for it: its errors are translated here."""
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    dialect = connection.dialect
    try:
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error
