"""Codes that lie in baskets, as rows of `store.db`, changed in the transaction of whatever happens to the basket."""

from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import sqlite_utils

from edge.domain.coupon import Word
from edge.domain.events import CouponReleased, WhyReleased
from edge.shop import pickups
from edge.shop.records import Writing

HELD = 12 * 3_600_000
"""Milliseconds after which a code comes free that went with a sent basket nothing of which is gathered here."""
KEPT = 60 * 86_400_000
"""Milliseconds for which it is remembered how it ended: HQ's word may be late."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """`id` is the event's. `code` is what the till scans, "" once the code left the basket. `word` is HQ's, "" before
    it was heard; where it speaks of another use, that was at `other` at `other_at`. `seen`: staff has read it."""

    id: str
    coupon: str
    campaign: str
    basket: str
    at: int
    code: str = ""
    state: Literal["held", "spent", "released"] = "held"
    word: Word | Literal[""] = ""
    other: str = ""
    other_at: int = 0
    seen: bool = False

    @property
    def good(self) -> bool:
        """Whether it takes anything off, as far as is known."""
        return self.word not in ("again", "void")

    @property
    def troubling(self) -> bool:
        """Whether staff has to be told."""
        return self.word in ("again", "void", "rival") and not self.seen


_decoder = msgspec.json.Decoder(Use)


def of_basket(db: sqlite_utils.Database, basket: str) -> Use | None:
    """The code in this basket, paid for or not."""
    sql = "SELECT doc FROM coupon_use WHERE basket = ? ORDER BY at DESC, id DESC"
    found = (_decoder.decode(row[0]) for row in db.conn.execute(sql, (basket,)).fetchall())
    return next((use for use in found if use.state != "released"), None)


def of_coupon(db: sqlite_utils.Database, coupon: str) -> Use | None:
    """Where this code lies, or was paid with."""
    rows = db.conn.execute("SELECT doc FROM coupon_use WHERE coupon = ?", (coupon,)).fetchall()
    return next((use for row in rows if (use := _decoder.decode(row[0])).state != "released"), None)


def find(db: sqlite_utils.Database, id_: str) -> Use | None:
    row = db.conn.execute("SELECT doc FROM coupon_use WHERE id = ?", (id_,)).fetchone()
    return _decoder.decode(row[0]) if row else None


def troubling(db: sqlite_utils.Database) -> list[Use]:
    """What staff has to be told, the latest first."""
    rows = db.conn.execute("SELECT doc FROM coupon_use ORDER BY at DESC, id DESC").fetchall()
    return [use for row in rows if (use := _decoder.decode(row[0])).troubling]


def save(db: sqlite_utils.Database, use: Use) -> None:
    row = (use.id, use.coupon, use.basket, use.at, use.state == "held", msgspec.json.encode(use).decode())
    db.conn.execute("INSERT OR REPLACE INTO coupon_use VALUES (?, ?, ?, ?, ?, ?)", row)


def spend(writing: Writing, basket: str) -> None:
    """What was in the basket is paid for, with its code."""
    if (use := of_basket(writing.db, basket)) and use.state == "held":
        save(writing.db, replace(use, state="spent"))


def release(writing: Writing, basket: str, reason: WhyReleased, *, station: str = "", staff: str = "") -> None:
    """The code in this basket is good again, if it was not paid with."""
    use = of_basket(writing.db, basket)
    if use is None or use.state != "held":
        return
    save(writing.db, replace(use, state="released", code=""))
    by = {"station": station, "staff": staff}
    writing.append(CouponReleased(basket=basket, coupon=use.coupon, redemption=use.id, reason=reason, **by))


def leave(writing: Writing, basket: str, station: str) -> None:
    """The visit with this basket ends: its code stays with what was sent, and with nothing else."""
    if pickups.load(writing.db, basket) is None:
        release(writing, basket, "left", station=station)


def forgotten(db: sqlite_utils.Database, now: int) -> list[str]:
    """Baskets with a code whose visit is long over, and that nobody gathers."""
    sql = """
        SELECT DISTINCT basket FROM coupon_use WHERE held AND at < ?
        AND basket NOT IN (SELECT basket FROM visit) AND basket NOT IN (SELECT basket FROM pickup WHERE waits)
    """
    return [row[0] for row in db.conn.execute(sql, (now - HELD,)).fetchall()]


def is_old(db: sqlite_utils.Database, now: int) -> bool:
    sql = "SELECT 1 FROM coupon_use WHERE NOT held AND at < ? LIMIT 1"
    return db.conn.execute(sql, (now - KEPT,)).fetchone() is not None


def forget(db: sqlite_utils.Database, now: int) -> None:
    db.conn.execute("DELETE FROM coupon_use WHERE NOT held AND at < ?", (now - KEPT,))
