"""The ids of the log's lives, kept a second time: an event's hash covers its log's id, so that one bit less in the one
row that names it, or that row on a page that can't be read, would make the whole log worthless."""

import logging

import sqlite_utils

from edge.store.log_rows import COLUMNS, envelope_of, life_in, lives, sound

log = logging.getLogger(__name__)

_KEY = "log of life "
_FIRST = f"SELECT {COLUMNS} FROM event WHERE life = ? ORDER BY n LIMIT 1"  # noqa: S608
_AGAIN = "INSERT INTO life VALUES (?, ?, ?, '', NULL, ?, ?, NULL, ?, ?)"


def note(db: sqlite_utils.Database, life: int, log_id: str) -> None:
    db.conn.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (f"{_KEY}{life}", log_id))


def mend(db: sqlite_utils.Database) -> None:
    """Puts right, at a start, what the other copy knows better, and notes what it does not know yet."""
    there = {life.life: life.log_id for life in lives(db)}
    noted = _noted(db)
    for life, log_id in sorted(noted.items(), reverse=True):  # the last one is the present one, if none is
        if life not in there:
            _insert(db, life, log_id)
        elif there[life] != log_id and _names(db, life, log_id):
            log.critical("the name of log %s was damaged: it is %s", there[life], log_id)
            db.conn.execute("UPDATE life SET log_id = ? WHERE life = ?", (log_id, life))
    for life in there.keys() - noted.keys():
        note(db, life, there[life])


def _noted(db: sqlite_utils.Database) -> dict[int, str]:
    rows = db.conn.execute("SELECT key, value FROM meta WHERE key LIKE ?", (f"{_KEY}%",)).fetchall()
    numbers = ((key.removeprefix(_KEY), value) for key, value in rows)
    return {int(number): value for number, value in numbers if number.isdecimal()}


def _names(db: sqlite_utils.Database, life: int, log_id: str) -> bool:
    """Whether the events of `life` were written under this id."""
    row = db.conn.execute(_FIRST, (life,)).fetchone()
    return row is not None and sound(envelope_of(log_id, row), row)


def _insert(db: sqlite_utils.Database, life: int, log_id: str) -> None:
    """A life of which only the events are left: HQ says what it has of them, and gets the rest."""
    row = db.conn.execute(_FIRST, (life,)).fetchone()
    if row is None:
        return
    log.critical("what was noted of log %s is lost: it goes on from its events", log_id)
    (last,) = db.conn.execute("SELECT max(n) FROM event WHERE life = ?", (life,)).fetchone()
    state = "past" if life_in(db, "present") else "present"
    stays = last if state == "past" else row[0] - 1 if life_in(db, "opening") else None
    db.conn.execute(_AGAIN, (life, log_id, state, row[0] - 1, row[7], row[3], stays))
