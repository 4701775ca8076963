"""Whose orders are whose.

An order's profile is always computed anew from what is known now, never kept because it came first: so it is the same
in whatever order baskets, people and orders reach HQ.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, func, or_, select, union, update

from hq.linking.person import MEMBER, profiles_of
from hq.store import tables

ORDER, BASKET, IDENTITY, COUPON = tables.order_line.c, tables.basket.c, tables.identity.c, tables.coupon.c
NAMING = (("mail", ORDER.buyer), ("phone", ORDER.phone), ("card", ORDER.card), ("customer", ORDER.customer))
"""How an order names its buyer, the surest first."""


def baskets_of(profile: str) -> "Select[str]":
    """The ids by which orders may name the person's baskets: HQ's, and those the stores gave them."""
    theirs = BASKET.profile.in_(profiles_of(profile))
    ids = union(*(select(column).where(theirs) for column in (BASKET.id, BASKET.shop_id)))
    return select(ids.subquery())


def theirs(profile: str) -> ColumnElement[bool]:
    """Order lines that name the person in any way. One that names two people is a purchase of both: rather one
    advertisement too few than one for what somebody has bought."""
    return or_(*ways(profile))


def ways(profile: str) -> "list[ColumnElement[bool]]":
    """Each by itself, for who asks for more: a database finds an index for each, and none for all of them with more.

    The empty text keeps SQLite from going through everybody's addresses by their kind, which is its key's first part.
    """
    ids = profiles_of(profile)
    person = select(MEMBER.person).where(MEMBER.profile == profile).limit(1).scalar_subquery()
    named = [
        column.in_(
            union(
                select(IDENTITY.digest).where(IDENTITY.profile.in_(ids), IDENTITY.kind.concat("") == kind),
                select(MEMBER.digest).where(MEMBER.kind == kind, MEMBER.person == person),
            )
        )
        for kind, column in NAMING
    ]
    issued = ORDER.coupon.in_(select(COUPON.id).where(COUPON.profile.in_(ids)))
    return [ORDER.profile.in_(ids), ORDER.basket.in_(baskets_of(profile)), *named, issued]


def assign(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(assigning(which))


def assigning(which: ColumnElement[bool]) -> Update:
    """Says of the order lines `which` whose they are: the basket knows it best, then the mail address, then the others,
    and where nothing else does, the single-use code that was issued to somebody.

    A basket that was sent to two people is found by the id that its store gave it for both: then it is the one's whose
    id is the smaller, so that it does not depend on who came first.
    """
    named = or_(BASKET.id == ORDER.basket, BASKET.shop_id == ORDER.basket)
    holder = select(func.min(BASKET.profile)).where(named).scalar_subquery()
    known = [way for kind, digest in NAMING for way in _owners(kind, digest)]
    issued = select(COUPON.profile).where(COUPON.id == ORDER.coupon).scalar_subquery()
    return update(tables.order_line).where(which).values(profile=func.coalesce(holder, *known, issued))


def payer() -> ColumnElement[Any]:
    """Whose points an order was paid with: theirs whom it names, by more than a basket, whose id others may know."""
    return func.coalesce(*(way for kind, digest in NAMING for way in _owners(kind, digest)))


def _owners(kind: str, digest: Any) -> tuple[Any, Any]:
    """Whom an identity leads to, and whom one of which HQ has but its hash belongs to."""
    return (
        select(IDENTITY.profile).where(IDENTITY.kind == kind, IDENTITY.digest == digest).scalar_subquery(),
        select(MEMBER.person).where(MEMBER.digest == digest).scalar_subquery(),
    )
