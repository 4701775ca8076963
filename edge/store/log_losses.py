"""What a life of the log lost that HQ had not confirmed, for the people who have to know.

Rows that are gone can't be counted afterwards. So a salvage asks an index of the damaged file, which may be whole where
the table is not, how far each life reached; and the end of a life notes how many of those numbers are not there.
"""

import sqlite3
from pathlib import Path

import msgspec
import sqlite_utils

from edge.store.log_rows import Life, lives

_REACHED, _LOST = "reached by life ", "lost by life "
_UNKNOWN = "?"


class Loss(msgspec.Struct, frozen=True):
    """HQ had confirmed everything up to `since`; `missing` events behind it are gone, None: nobody knows how many."""

    since: int
    missing: int | None = 0


def note_reach(db: sqlite_utils.Database, damaged: Path) -> None:
    """Notes in the new file `db` how far each life reached in the `damaged` one."""
    reach = _reach(damaged)
    for life in lives(db):
        _set(db, f"{_REACHED}{life.life}", _UNKNOWN if reach is None else str(reach.get(life.life, 0)))


def reached(db: sqlite_utils.Database, life: Life) -> int | None:
    """The last number it is known to have had by a salvage, 0 without one; None where that could not be read."""
    found = _get(db, f"{_REACHED}{life.life}")
    return None if found == _UNKNOWN else int(found or 0)


def note_end(db: sqlite_utils.Database, life: Life, why: str, stays: int) -> None:
    """The present life ends at `stays`, nothing of it was deleted yet. At a fork HQ has other events behind that."""
    since = stays if why == "fork" else max(stays, life.receipted)
    _set(db, f"{_LOST}{life.life}", msgspec.json.encode(Loss(since, _missing(db, life, since))).decode())


def loss_of(db: sqlite_utils.Database, life: Life) -> Loss:
    found = _get(db, f"{_LOST}{life.life}")
    return msgspec.json.decode(found, type=Loss) if found else Loss(life.last)


def _missing(db: sqlite_utils.Database, life: Life, since: int) -> int | None:
    sql = "SELECT count(*), max(n) FROM event WHERE life = ? AND n > ?"
    there, last = db.conn.execute(sql, (life.life, since)).fetchone()
    until = reached(db, life)
    return None if until is None else max(until, last or 0, since) - since - there


def _reach(damaged: Path) -> dict[int, int] | None:
    """The last number of each life, by the index alone."""
    old = sqlite3.connect(damaged, isolation_level=None, timeout=10)
    try:
        return dict(old.execute("SELECT life, max(n) FROM event GROUP BY life").fetchall())
    except sqlite3.DatabaseError:
        return None
    finally:
        old.close()


def _get(db: sqlite_utils.Database, key: str) -> str | None:
    row = db.conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def _set(db: sqlite_utils.Database, key: str, value: str) -> None:
    db.conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
