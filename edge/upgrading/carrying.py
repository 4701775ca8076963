"""A database that a newer release has changed goes back to the schema it had before, with what was recorded since.

The schema is that of the copy made before the upgrade. Rows are taken from the newer database, table by table, in the
columns that both have: what a newer release added, an older one knows nothing of. The log's rows go over as they are,
so that its chain holds and nothing forks.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from edge.store import Database, EventLog
from edge.upgrading.errors import UpgradeError

LOG = frozenset({"meta", "life", "event", "blob"})
"""Tables that have to go over."""


def migrations_of(path: Path) -> frozenset[str]:
    """The names of the changes of schema that the database has seen."""
    with closing(sqlite3.connect(path)) as opened:
        try:
            rows = opened.execute("SELECT name FROM _sqlite_migrations").fetchall()
        except sqlite3.OperationalError:  # a database to which nothing was ever done
            return frozenset()
    return frozenset(str(name) for (name,) in rows)


def carry(newer: Path, before: Path) -> list[str]:
    """Makes `before` (a copy) hold what `newer` does. Returns the tables that stayed as they were before, since their
    newer rows don't fit. Raises UpgradeError where the log does not fit or is not whole afterwards; then `before` is as
    it was."""
    with closing(sqlite3.connect(before, isolation_level=None)) as opened:
        opened.execute("ATTACH ? AS newer", (str(newer),))
        opened.execute("BEGIN IMMEDIATE")
        left = [table for table in _tables(opened) if not _carried(opened, table)]
        if unfit := LOG.intersection(left):
            opened.execute("ROLLBACK")
            raise UpgradeError(f"the log of the newer release can't be taken over ({', '.join(sorted(unfit))} differ)")
        opened.execute("COMMIT")
    return left


def is_whole(path: Path) -> bool:
    """Whether every event of its log is what was appended, at the end of each life."""
    with Database(path) as database:
        return all(verdict.first_broken is None for verdict in EventLog(database).verify())


def _tables(opened: sqlite3.Connection) -> Iterator[str]:
    sql = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"
    rows = opened.execute(sql).fetchall()
    yield from (name for (name,) in rows if not name.startswith("sqlite_"))


def _carried(opened: sqlite3.Connection, table: str) -> bool:
    old, new = (_columns(opened, schema, table) for schema in ("main", "newer"))
    if not new:
        return False
    shared = ", ".join(f'"{name}"' for name in old if name in new)
    opened.execute("SAVEPOINT one")
    try:
        opened.execute(f'DELETE FROM main."{table}"')  # noqa: S608  (names of our own schema)
        opened.execute(f'INSERT INTO main."{table}" ({shared}) SELECT {shared} FROM newer."{table}"')  # noqa: S608
    except sqlite3.Error:
        opened.execute("ROLLBACK TO one")
        return False
    finally:
        opened.execute("RELEASE one")
    return True


def _columns(opened: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [row[1] for row in opened.execute(f'PRAGMA {schema}.table_info("{table}")').fetchall()]
