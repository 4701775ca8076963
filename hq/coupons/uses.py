"""Which use of a code counts: the first that HQ hears of, until it comes to nothing.

What HQ decides about a use stands in the journal before it takes effect: a restored HQ, which hears the boxes in
another order, decides nothing anew, and no store is told today what was not so yesterday.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, exists, select

from hq.store import tables

Outcome = Literal["first", "again", "void"]
"""The one that counts; one of a code that was used before; one of a code that was taken back."""
USE, COUPON, ENTRY = tables.coupon_use.c, tables.coupon.c, tables.decision.c
COUNTS = (USE.outcome == "first", USE.released.is_(False))


@dataclass(frozen=True, kw_only=True)
class Use:
    """`id` is the event's, or derived from the order; `basket` as the store, or the order, calls it. `at` in ms."""

    id: str
    coupon: str
    store: str
    basket: str
    by_order: bool
    at: int


def is_used(coupon: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether some use of it counts."""
    return exists().where(USE.coupon == coupon, *COUNTS)


def decided(connection: Connection, use: str) -> Outcome | None:
    """What HQ decided about this use; None before. Where a transaction failed it may have done so twice: the later
    counts."""
    query = select(ENTRY.body).where(ENTRY.subject == use, ENTRY.kind == "coupon-decided")
    body = connection.scalar(query.order_by(ENTRY.at.desc(), ENTRY.id.desc()).limit(1))
    outcome: Outcome | None = msgspec.json.decode(body)["outcome"] if body else None
    return outcome


def lock(connection: Connection, coupons: Collection[str]) -> None:
    """Until the commit, so that of two workers one is first; by name, so that no two wait for each other."""
    if coupons:
        connection.execute(select(COUPON.id).where(COUPON.id.in_(coupons)).order_by(COUPON.id).with_for_update())


def judged(connection: Connection, use: Use) -> Outcome:
    """By what is known now."""
    if connection.scalar(select(COUPON.void).where(COUPON.id == use.coupon)):
        return "void"
    return "again" if rival(connection, use) else "first"


def rival(connection: Connection, use: Use) -> Row[Any] | None:
    """The use of the same code that counts, for another purchase: a till that tells of a basket is no second one."""
    others = select(tables.coupon_use).where(USE.coupon == use.coupon, USE.id != use.id, *COUNTS)
    for row in connection.execute(others.order_by(USE.id)):
        if row.by_order == use.by_order or not of_one_purchase(connection, row, use):
            return row
    return None


def of_one_purchase(connection: Connection, row: Row[Any] | Use, use: Use) -> bool:
    """Of a box's use and an order's. An order names the basket by the store's id for it or by HQ's; one that names none
    is that of its store."""
    told, basket = (row, use) if row.by_order else (use, row)
    if not told.basket:
        return bool(told.store == basket.store)
    named = tables.basket.c
    shop_id = connection.scalar(select(named.shop_id).where(named.id == told.basket))
    return basket.basket in (told.basket, shop_id)
