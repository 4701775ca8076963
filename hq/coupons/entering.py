"""A use of a code that is decided about: kept, told to all boxes, and its word to the store that it is of."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from edge.domain.coupon import Word
from edge.domain.directives import LearnOfCoupon
from hq import directives
from hq.coupons.records import tell
from hq.coupons.uses import USE, Outcome, Use, rival
from hq.ids import derived
from hq.store import tables
from hq.store.insert import put

WORDS: dict[Outcome, Word] = {"first": "counts", "again": "again", "void": "void"}


def enter(connection: Connection, use: Use, outcome: Outcome, *, at: int) -> None:
    """`at`: when HQ heard of it, in milliseconds since 1970. To enter it again changes nothing."""
    released = bool(connection.scalar(select(USE.released).where(USE.id == use.id)))
    put(connection, tables.coupon_use, {**asdict(use), "outcome": outcome, "released": released})
    tell(connection, use.coupon)
    other = rival(connection, use) if outcome == "again" else None
    if not use.by_order:
        _say(connection, use.store, use.id, WORDS[outcome], other, at)
    if other and not other.by_order:
        _say(connection, other.store, other.id, "rival", use, at)


def release(connection: Connection, use: Use) -> None:
    """It came to nothing. Of a log that is told again that may be heard before the use itself."""
    known = connection.execute(update(tables.coupon_use).where(USE.id == use.id).values(released=True)).rowcount
    if not known:
        put(connection, tables.coupon_use, {**asdict(use), "outcome": "", "released": True})
    tell(connection, use.coupon)


def _say(connection: Connection, store: str, use: str, word: Word, other: Any, at: int) -> None:
    """`other` is the other use, None where there is none to be named."""
    where = {"store": other.store, "at": other.at} if other else {}
    meant = LearnOfCoupon(use=use, word=word, **where)
    directives.direct(connection, store, meant, id=derived("coupon", use, word), subject=use, at=at)
