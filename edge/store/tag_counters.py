"""The last counter of each secure tag: a message whose counter is not larger was heard before, or is a copy's."""

import sqlite_utils


def advance(db: sqlite_utils.Database, uid: bytes, counter: int, delivery: str) -> bool:
    """Takes `counter` for the tag `uid` inside the open transaction of `db`; False where the last was not smaller.

    `delivery` names the one reading that brought it: the same reading handed over twice is no replay.
    """
    taken = db.conn.execute(
        "INSERT INTO tag_counter VALUES (?, ?, ?) ON CONFLICT (uid) DO UPDATE"
        " SET counter = excluded.counter, delivery = excluded.delivery WHERE counter < excluded.counter",
        (uid.hex(), counter, delivery),
    ).rowcount
    return taken == 1 or _is_same(db, uid, counter, delivery)


def _is_same(db: sqlite_utils.Database, uid: bytes, counter: int, delivery: str) -> bool:
    sql = "SELECT 1 FROM tag_counter WHERE uid = ? AND counter = ? AND delivery = ?"
    return db.conn.execute(sql, (uid.hex(), counter, delivery)).fetchone() is not None
