"""Lists that staff makes by scanning, as rows of `store.db`: articles and pieces, one list a station and purpose."""

from dataclasses import dataclass

import sqlite_utils

from edge.shop.screens import Purpose


@dataclass(frozen=True, kw_only=True)
class Entry:
    sku: str
    pieces: int


def load(db: sqlite_utils.Database, station: str, purpose: Purpose) -> list[Entry]:
    """What was touched last stands first."""
    sql = "SELECT sku, pieces FROM tally WHERE station = ? AND purpose = ? ORDER BY position DESC"
    return [Entry(sku=sku, pieces=pieces) for sku, pieces in db.conn.execute(sql, (station, purpose)).fetchall()]


def put(db: sqlite_utils.Database, station: str, purpose: Purpose, entry: Entry, *, first: bool) -> None:
    """`first`: it goes to the top of the list, as a new one always does."""
    place = (station, purpose)
    sql = "SELECT coalesce(max(position), 0) + 1 FROM tally WHERE station = ? AND purpose = ?"
    top = db.conn.execute(sql, place).fetchone()[0]
    db.conn.execute(
        "INSERT INTO tally VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (station, purpose, sku) DO UPDATE SET pieces = excluded.pieces,"
        " position = CASE WHEN ? THEN excluded.position ELSE position END",
        (*place, entry.sku, entry.pieces, top, first),
    )


def remove(db: sqlite_utils.Database, station: str, purpose: Purpose, sku: str) -> None:
    db.conn.execute("DELETE FROM tally WHERE station = ? AND purpose = ? AND sku = ?", (station, purpose, sku))


def clear(db: sqlite_utils.Database, station: str, purpose: Purpose) -> None:
    db.conn.execute("DELETE FROM tally WHERE station = ? AND purpose = ?", (station, purpose))
