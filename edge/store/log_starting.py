"""What the box looks at before it goes on with a log: the machine, and the tail, where a power cut does its damage."""

import sqlite3

import sqlite_utils

from edge.store.errors import StorageFailedError
from edge.store.log_lives import Draw, open_next
from edge.store.log_losses import reached
from edge.store.log_reading import page
from edge.store.log_rows import head_of, life_in, present
from edge.store.machine import same_machine

LOOKED_AT = 1_000
"""Events at the end of the log that are checked at each start, in some 10 ms; the uplink checks each that it sends."""


def has_moved(db: sqlite_utils.Database, machine: str, draw: Draw) -> bool:
    """Whether the log was written on another machine, and so may go on there too: then a new life is opening."""
    row = db.conn.execute("SELECT value FROM meta WHERE key = 'machine'").fetchone()
    moved = row is not None and not same_machine(row[0], machine)
    if machine and (row is None or row[0] != machine):  # a start on a full disk must not write for nothing
        db.conn.execute("INSERT OR REPLACE INTO meta VALUES ('machine', ?)", (machine,))
    if moved and life_in(db, "opening") is None:
        open_next(db, "machine", present(db).receipted + 1, draw)
    return moved


def restart(db: sqlite_utils.Database, draw: Draw) -> int:
    """For a copy that was put back, which HQ may know more of than it does itself: another life is opening, and the
    start that comes goes on with it, on whatever machine. Returns how many events HQ had not confirmed."""
    life = present(db)
    db.conn.execute("DELETE FROM meta WHERE key = 'machine'")
    if life_in(db, "opening") is None:
        open_next(db, "fork", life.receipted + 1, draw)
    return max(0, head_of(db, life) - life.receipted)


def damage_at_start(db: sqlite_utils.Database) -> int | None:
    """The first of the last events that is missing or not what was appended."""
    life = present(db)
    head = head_of(db, life)
    if max(life.receipted, reached(db, life) or 0) > head:
        return head + 1
    after = max(life.cut, head - LOOKED_AT)
    try:
        return page(db, life, after, LOOKED_AT, 2**40).broken
    except (sqlite3.DatabaseError, StorageFailedError, UnicodeDecodeError):
        return after + 1
