"""From one life of the log to the next: what HQ lacks is appended again under a new id, chunk by chunk.

Until the last chunk the old life is the present one and goes on growing; the last chunk's transaction takes over what
was appended meanwhile and makes the new life the present one. After a crash it is continued: what lies in the new life
is passed over. What was taken over is then deleted from the old life; damaged events stay there for a person to see.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
import sqlite_utils

from edge.domain.events import LogOpened
from edge.store import log_losses, log_names
from edge.store.log_rows import Life, envelope_of, hash_at, insert, life_in, lives, present, rows_after, sound, tail
from sync.codec import GENESIS, Envelope

CHUNK = 100
"""Events a transaction appends again: some 5 ms, which a scan may wait for."""

Why = Literal["fork", "machine", "damage"]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Clock (ms since 1970) and ids (32 hex digits), passed in."""

    now: Callable[[], int]
    new_id: Callable[[], str]


def first(db: sqlite_utils.Database, draw: Draw) -> None:
    """Draws the id of a new database's first life."""
    if life_in(db, "present") is None:
        _new(db, Life(1, draw.new_id(), "present", "", None, 0, GENESIS, None, draw.now(), None))


def open_next(db: sqlite_utils.Database, why: Why, n: int, draw: Draw) -> int:
    """Begins the life that follows the present one, unless it was begun before. `n` is the first number that HQ does
    not have as it stands here. Returns the last number that stays behind, because HQ has it."""
    now = present(db)
    if life_in(db, "opening") is not None and now.ended is not None:
        return now.ended
    stays = max(now.cut, min(now.receipted, n - 1))
    db.conn.execute("UPDATE life SET ended = ? WHERE life = ?", (stays, now.life))
    life = Life(now.life + 1, draw.new_id(), "opening", why, n, 0, GENESIS, None, draw.now(), None)
    _new(db, life)
    body = msgspec.json.encode(LogOpened(previous=now.log_id, forked_at=n, why=why)).decode()
    opened = Envelope(
        id=draw.new_id(), log=life.log_id, n=1, kind=LogOpened.__name__, at=life.opened, body=body, prev=GENESIS
    )
    insert(db, life.life, opened)
    return stays


def carry(db: sqlite_utils.Database, after: int) -> int | None:
    """One chunk of the present life's events after `after` into the opening one. Returns the last number looked at;
    None when that was the last: the opening life is the present one now."""
    old, new = present(db), life_in(db, "opening")
    if new is None:
        return None
    rows, looked = rows_after(db, old, after, CHUNK)
    append_again(db, old, rows, "opening")
    if after < looked < tail(db)[2]:
        return looked
    log_losses.note_end(db, old, new.why, old.ended or 0)
    _end(db, old, old.ended or 0)
    db.conn.execute("UPDATE life SET state = 'present' WHERE life = ?", (new.life,))
    return None


def hand_over(db: sqlite_utils.Database, past: Life, after: int, stays: int) -> int | None:
    """One chunk of a past life's events after `after` into the present one, because HQ turned out to have other ones;
    None when that was the last: the past life ends at `stays` now."""
    rows, looked = rows_after(db, past, after, CHUNK)
    append_again(db, past, rows, "present")
    if after < looked < past.last:
        return looked
    _end(db, past, stays)
    return None


_SURPLUS = """
DELETE FROM event WHERE rowid IN (
    SELECT event.rowid FROM life JOIN event ON event.life = life.life AND event.n > life.ended
    WHERE life.state = 'past'
    AND EXISTS (SELECT 1 FROM event AS again WHERE again.id = event.id AND again.life > event.life) LIMIT ?
)
"""


def sweep(db: sqlite_utils.Database) -> bool:
    """Deletes a chunk of what was appended again from the lives before; False when nothing is left."""
    return db.conn.execute(_SURPLUS, (CHUNK,)).rowcount > 0


def adopt(db: sqlite_utils.Database) -> None:
    """Appends again what could not be read when its life ended, and can now."""
    for life in (life for life in lives(db) if life.past):
        beyond = replace(life, ended=None)
        append_again(db, life, rows_after(db, beyond, life.last, CHUNK)[0], "present")


def append_again(db: sqlite_utils.Database, old: Life, rows: list[Any], state: str) -> None:
    """The sound ones of `rows` that are not there yet: same id, kind, time, body and seal, and where they come from."""
    life, log_id, n, prev = tail(db, state)
    for row in rows:
        known = envelope_of(old.log_id, row)
        if not sound(known, row) or _there(db, life, known.id):
            continue
        n += 1
        origin = known.origin or f"{old.log_id}:{known.n}"
        again = msgspec.structs.replace(known, log=log_id, n=n, origin=origin, prev=prev)
        insert(db, life, again)
        prev = again.hash


def _there(db: sqlite_utils.Database, life: int, event_id: str) -> bool:
    sql = "SELECT 1 FROM event WHERE id = ? AND life = ?"
    return db.conn.execute(sql, (event_id, life)).fetchone() is not None


def _end(db: sqlite_utils.Database, life: Life, stays: int) -> None:
    """Its receipt goes back with it: what it says beyond is said by other logs now."""
    kept = life.receipt
    if kept and kept.n > stays:
        digest = hash_at(db, life, stays)
        kept = msgspec.structs.replace(kept, n=stays, hash=digest) if digest else None
    doc = msgspec.json.encode(kept).decode() if kept else None
    sql = "UPDATE life SET state = 'past', ended = ?, receipt = ? WHERE life = ?"
    db.conn.execute(sql, (stays, doc, life.life))


def _new(db: sqlite_utils.Database, life: Life) -> None:
    values = (life.life, life.log_id, life.state, life.why, life.forked_at, life.cut, life.cut_hash, life.doc)
    db.conn.execute("INSERT INTO life VALUES (?,?,?,?,?,?,?,?,?,?)", (*values, life.opened, life.ended))
    log_names.note(db, life.life, life.log_id)
