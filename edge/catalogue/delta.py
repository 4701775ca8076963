"""What tells two versions of the catalogue apart, as a file: HQ makes it from theirs, a box applies it (`patch.py`).

A delta is a SQLite database of its own. For each table `t` that differs, `gone_t` holds the keys of the rows that are
changed or no more, and `put_t` those that are changed or new, whole. A full-text table has no part
of its own in it: it follows the table that holds its words.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from edge.catalogue.schema import Version
from edge.catalogue.tables import Table, ordinary, shape

DELTA_MARK = 0x746F7444
"""`PRAGMA application_id`: "totD"."""
PAGE = 1024
"""Octets: most deltas are small, and each table takes a page."""


@dataclass(frozen=True)
class Changes:
    """Rows of all tables; one that changed is `gone` and `put`."""

    gone: int
    put: int


def differ(before: Path, after: Path, target: Path) -> Changes | None:
    """Write the delta from the file `before` to the file `after`. None, and no `target`, where there can be none: the
    files are of another form or in other languages, so a box needs the whole file."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{quote(str(after.absolute()))}?mode=ro", uri=True)) as connection:
        connection.execute("ATTACH ? AS old", (f"file:{quote(str(before.absolute()))}?mode=ro",))
        if shape(connection) != shape(connection, "old"):
            return None
        connection.execute("ATTACH ? AS delta", (str(target),))
        connection.execute(f"PRAGMA delta.page_size={PAGE}")
        connection.execute(f"PRAGMA delta.application_id={DELTA_MARK}")
        connection.execute("PRAGMA delta.journal_mode=OFF")
        return _written(connection)


def _written(connection: sqlite3.Connection) -> Changes:
    connection.execute("CREATE TABLE delta.version (since_epoch, since_n, epoch, n)")
    stated = [number for version in (version_in(connection, "old"), version_in(connection)) for number in version]
    connection.execute("INSERT INTO delta.version VALUES (?, ?, ?, ?)", stated)
    gone = put = 0
    for table in ordinary(connection):
        went, came = _differences(connection, table)
        gone, put = gone + went, put + came
    connection.commit()
    return Changes(gone, put)


def version_in(connection: sqlite3.Connection, database: str = "main") -> tuple[int, int]:
    meta = dict(connection.execute(f"SELECT key, value FROM {database}.meta"))
    return int(meta["epoch"]), int(meta["n"])


def _differences(connection: sqlite3.Connection, table: Table) -> tuple[int, int]:
    """Rows gone and put. One look-up by key for each row of either file."""
    name, key = table.name, ", ".join(table.key)
    same = " AND ".join(f"a.{column} {'=' if column in table.key else 'IS'} b.{column}" for column in table.columns)
    gone = f"SELECT {key} FROM old.{name} AS a WHERE NOT EXISTS (SELECT 1 FROM main.{name} AS b WHERE {same})"
    put = f"SELECT {table.listed} FROM main.{name} AS a WHERE NOT EXISTS (SELECT 1 FROM old.{name} AS b WHERE {same})"
    counts = []
    for kind, query in (("gone", gone), ("put", put)):
        connection.execute(f"CREATE TABLE delta.{kind}_{name} AS {query}")
        ((count,),) = connection.execute(f"SELECT count(*) FROM delta.{kind}_{name}")
        counts.append(count)
        if not count:
            connection.execute(f"DROP TABLE delta.{kind}_{name}")
    return counts[0], counts[1]


def since(delta: sqlite3.Connection) -> tuple[Version, Version]:
    """From which version to which a delta leads."""
    ((since_epoch, since_n, epoch, n),) = delta.execute("SELECT since_epoch, since_n, epoch, n FROM version")
    return Version(since_epoch, since_n), Version(epoch, n)
