"""Wrong PINs in a row, as rows of `store.db`: a lock outlives the box's restart."""

from dataclasses import dataclass
from hashlib import sha256

import sqlite_utils

from edge.domain import lockout
from edge.staff import Member


@dataclass(frozen=True, kw_only=True)
class Tries:
    """`failures` wrong tries so far; `left` milliseconds until the next may be made."""

    failures: int
    left: int


def tries(db: sqlite_utils.Database, member: Member, now: int) -> Tries:
    row = db.conn.execute("SELECT failures, until FROM pin_lock WHERE pin = ?", (_name(member),)).fetchone()
    failures, until = row or (0, 0)
    return Tries(failures=failures, left=lockout.left(failures, until, now))


def count_one(db: sqlite_utils.Database, member: Member, now: int) -> Tries:
    """Counts a try as wrong before anybody knows whether it is: pulling the plug in between gains nothing."""
    failures = tries(db, member, now).failures + 1
    row = (_name(member), failures, now + lockout.length(failures))
    db.conn.execute("INSERT OR REPLACE INTO pin_lock VALUES (?, ?, ?)", row)
    return Tries(failures=failures, left=lockout.length(failures))


def clear(db: sqlite_utils.Database, member: Member) -> None:
    db.conn.execute("DELETE FROM pin_lock WHERE pin = ?", (_name(member),))


def _name(member: Member) -> str:
    """Of the PIN, not of the member: a new PIN starts afresh."""
    return sha256(member.pin.encode()).hexdigest()[:32]
