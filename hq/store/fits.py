"""Whether a row fits its columns: SQLite would take anything, PostgreSQL would end the transaction."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Table

LIMITS: dict[type, int] = {BigInteger: 2**63, Integer: 2**31}


def misfit(table: Table, row: Mapping[str, Any]) -> str:
    """The first value of `row` that does not fit, in words without the value; "" where all do."""
    longest, largest = _limits(table)
    for name, value in row.items():
        if isinstance(value, str):
            if "\0" in value:
                return f"{name} holds a NUL character"
            if len(value) > longest.get(name, len(value)):
                return f"{name} is longer than {longest[name]} characters"
        elif isinstance(value, int) and name in largest and not -largest[name] <= value < largest[name]:
            return f"{name} is out of range"
    return ""


@cache
def _limits(table: Table) -> tuple[dict[str, int], dict[str, int]]:
    """(characters by text column, bound by number column)"""
    longest = {c.name: c.type.length for c in table.c if isinstance(c.type, String) and c.type.length}
    largest = {c.name: LIMITS[type(c.type)] for c in table.c if type(c.type) in LIMITS}
    return longest, largest
