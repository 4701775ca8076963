"""Whether a row fits its columns: SQLite would take anything, PostgreSQL would end the transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Table

LIMITS: dict[type, int] = {BigInteger: 2**63, Integer: 2**31}


def misfit(table: Table, row: Mapping[str, Any]) -> str:
    """The first value of `row` that does not fit, in words without the value; "" where all do."""
    return next((why for name, value in row.items() if (why := _misfit(table, name, value))), "")


def _misfit(table: Table, name: str, value: Any) -> str:
    column = table.c[name].type
    if isinstance(value, str):
        if "\0" in value:
            return f"{name} holds a NUL character"
        if isinstance(column, String) and column.length and len(value) > column.length:
            return f"{name} is longer than {column.length} characters"
    limit = LIMITS.get(type(column))
    if isinstance(value, int) and limit and not -limit <= value < limit:
        return f"{name} is out of range"
    return ""
