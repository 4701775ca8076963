"""Which tables a catalogue file has, and by what their rows are named."""

import re
import sqlite3
from dataclasses import dataclass

from edge.catalogue.schema import NOT_IN_DELTAS


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Those of the primary key, in its order."""

    @property
    def listed(self) -> str:
        return ", ".join(self.columns)


@dataclass(frozen=True)
class FullText:
    name: str
    fields: tuple[str, ...]
    content: str
    """The ordinary table that holds its words."""
    key: str
    """The column of `content` that is the row's number."""

    @property
    def listed(self) -> str:
        return ", ".join(self.fields)


def shape(connection: sqlite3.Connection, database: str = "main") -> list[tuple[str, str]]:
    """Name and SQL of everything that was created, in order. Two files of one shape can be told apart by rows alone."""
    made = f"SELECT name, sql FROM {database}.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'"
    return list(connection.execute(f"{made} ORDER BY name"))


def full_text(connection: sqlite3.Connection, database: str = "main") -> list[FullText]:
    made = [(name, sql) for name, sql in shape(connection, database) if "USING FTS5(" in sql.upper()]
    return [_full_text(connection, database, name, sql) for name, sql in made]


def _full_text(connection: sqlite3.Connection, database: str, name: str, sql: str) -> FullText:
    fields = tuple(column for _, column, *_ in connection.execute(f"PRAGMA {database}.table_info({name})"))
    said = dict(re.findall(r"(content|content_rowid)\s*=\s*'(\w+)'", sql))
    if len(said) < 2:
        raise ValueError(f"full-text table {name} has no table with its words: a delta could not take them out")
    return FullText(name, fields, said["content"], said["content_rowid"])


def ordinary(connection: sqlite3.Connection, database: str = "main") -> list[Table]:
    """The tables whose rows a delta may change. Those that full-text tables keep for themselves are none."""
    virtual = [name for name, sql in shape(connection, database) if sql.upper().startswith("CREATE VIRTUAL")]
    names = [name for name, sql in shape(connection, database) if sql.upper().startswith("CREATE TABLE")]
    own = [n for n in names if n not in NOT_IN_DELTAS and not any(n.startswith(f"{v}_") for v in virtual)]
    return [_table(connection, database, name) for name in own]


def _table(connection: sqlite3.Connection, database: str, name: str) -> Table:
    columns = connection.execute(f"PRAGMA {database}.table_info({name})").fetchall()
    key = sorted((place, column) for _, column, _, _, _, place in columns if place)
    if not key:
        raise ValueError(f"table {name} has no primary key: a delta could not name its rows")
    return Table(name, tuple(column for _, column, *_ in columns), tuple(column for _, column in key))
