"""Baskets to be gathered and picked up, as rows of `store.db`. A code leads to articles, to no person."""

import msgspec
import sqlite_utils

from edge.domain import pickup
from edge.domain.basket import Basket
from edge.domain.picking import Picking, begun

KEPT = 14 * 86_400_000
"""Milliseconds after which a basket that nobody picked up is put back."""
AFTERWARDS = 2 * 86_400_000
"""Milliseconds after its sending that one which is done can still be found."""


def start(db: sqlite_utils.Database, basket: Basket, sent: int) -> None:
    """The shopper sent `basket`."""
    save(db, begun(basket.id, basket.lines, sent, load(db, basket.id)))


def load(db: sqlite_utils.Database, basket: str) -> Picking | None:
    row = db.conn.execute("SELECT doc FROM pickup WHERE basket = ?", (basket,)).fetchone()
    return _read(row[0]) if row else None


def by_code(db: sqlite_utils.Database, code: str) -> Picking | None:
    """The latest, should two have the same."""
    row = db.conn.execute("SELECT doc FROM pickup WHERE code = ? ORDER BY sent DESC", (code,)).fetchone()
    return _read(row[0]) if row else None


def waiting(db: sqlite_utils.Database) -> list[Picking]:
    """The queue, who came first first."""
    rows = db.conn.execute("SELECT doc FROM pickup WHERE waits ORDER BY sent, basket").fetchall()
    return [_read(row[0]) for row in rows]


def save(db: sqlite_utils.Database, picking: Picking) -> None:
    code, doc = pickup.code(picking.basket), msgspec.json.encode(picking).decode()
    row = (picking.basket, code, picking.sent, picking.waits, doc, 0 if picking.released else picking.until)
    db.conn.execute("INSERT OR REPLACE INTO pickup VALUES (?, ?, ?, ?, ?, ?)", row)


def over(db: sqlite_utils.Database, now: int) -> list[str]:
    """Baskets whose time is over, and that wait all the same."""
    sql = "SELECT basket FROM pickup WHERE waits AND until BETWEEN 1 AND ?"
    return [row[0] for row in db.conn.execute(sql, (now,)).fetchall()]


def old(db: sqlite_utils.Database, now: int) -> list[str]:
    """Baskets that need not be kept any longer."""
    sql = "SELECT basket FROM pickup WHERE sent < ? OR (NOT waits AND sent < ?)"
    return [row[0] for row in db.conn.execute(sql, (now - KEPT, now - AFTERWARDS)).fetchall()]


def forget(db: sqlite_utils.Database, basket: str) -> None:
    db.conn.execute("DELETE FROM pickup WHERE basket = ?", (basket,))


def _read(doc: str) -> Picking:
    return msgspec.json.decode(doc, type=Picking)
