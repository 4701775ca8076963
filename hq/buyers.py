"""Whose orders are whose.

An order's profile is always computed anew from what is known now, never kept because it came first: so it is the same
in whatever order baskets, people and orders reach HQ.
"""

from sqlalchemy import ColumnElement, Connection, Select, Update, func, or_, select, union, update

from hq.store import tables

ORDER, BASKET, IDENTITY = tables.order_line.c, tables.basket.c, tables.identity.c


def baskets_of(profile: str) -> "Select[str]":
    """The ids by which orders may name the profile's baskets: HQ's, and those the stores gave them."""
    ids = union(*(select(column).where(BASKET.profile == profile) for column in (BASKET.id, BASKET.shop_id)))
    return select(ids.subquery())


def assign(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(assigning(which))


def assigning(which: ColumnElement[bool]) -> Update:
    """Says of the order lines `which` whose they are: the basket knows it best, then the mail address, then the card.

    A basket that was sent to two people is found by the id that its store gave it for both: then it is the one's whose
    id is the smaller, so that it does not depend on who came first.
    """
    named = or_(BASKET.id == ORDER.basket, BASKET.shop_id == ORDER.basket)
    holder = select(func.min(BASKET.profile)).where(named).scalar_subquery()
    writer, bearer = (
        select(IDENTITY.profile).where(IDENTITY.kind == kind, IDENTITY.digest == digest).scalar_subquery()
        for kind, digest in (("mail", ORDER.buyer), ("card", ORDER.card))
    )
    profile = func.coalesce(holder, writer, bearer)
    return update(tables.order_line).where(which).values(profile=profile)
