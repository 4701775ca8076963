"""What became of some baskets, asked of everything that is known now."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from hq.days import day_of
from hq.linking.person import person_of
from hq.store import tables
from hq.store.many import within

BASKET, LINE, ORDER, VISIT = tables.basket.c, tables.basket_line.c, tables.order_line.c, tables.web_visit.c
_IDS = "its_baskets"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of one basket."""

    day: int
    store: str
    station: str
    person: str | None
    """The profile that stands for whoever sent it."""
    read: bool
    opened: bool
    lines: dict[str, bool] = field(default_factory=dict)
    """Each article, and whether it was bought."""

    @property
    def bought(self) -> bool:
        return any(self.lines.values())


def judged(connection: Connection, baskets: Collection[str]) -> dict[str, Outcome]:
    """By basket; nothing of those that are no more."""
    asked = {_IDS: list(baskets)}
    lines: dict[str, dict[str, bool]] = defaultdict(dict)
    for basket, sku, bought in connection.execute(_lines(), asked):
        lines[basket][sku] = bool(bought)
    return {
        row.id: Outcome(
            day=day_of(row.sent),
            store=row.store,
            station=row.station,
            person=row.person,
            read=bool(row.read),
            opened=bool(row.opened),
            lines=lines[row.id],
        )
        for row in connection.execute(_baskets(), asked)
    }


# Statements are kept: to build one takes longer than a database takes for the answer.


@cache
def _baskets() -> "Select[Any]":
    return every_basket(BASKET.sent).where(within(BASKET.id, _IDS))


@cache
def _lines() -> "Select[Any]":
    return every_line().where(within(BASKET.id, _IDS))


def every_basket(sent: ColumnElement[int]) -> "Select[Any]":
    """In the order of the columns of `outcome`, as far as it goes without the lines."""
    flags = _is_read().label("read"), _is_opened().label("opened")
    query = select(BASKET.id, sent, BASKET.store, BASKET.station, person_of(BASKET.profile).label("person"))
    return query.add_columns(*flags)


def every_line() -> "Select[Any]":
    """In the order of the columns of `outcome_line`."""
    return select(LINE.basket, LINE.sku, _line_is_bought()).join(tables.basket, BASKET.id == LINE.basket)


def _is_read() -> ColumnElement[bool]:
    """A mail to its profile was opened since: whichever it was, and only of people who allow that to be noted."""
    return exists().where(VISIT.profile == BASKET.profile, VISIT.page == "mail", VISIT.at >= BASKET.sent)


def _is_opened() -> ColumnElement[bool]:
    """Only of people who allow profiling: nobody else's visit is known."""
    return exists().where(VISIT.basket == BASKET.id)


def _line_is_bought() -> ColumnElement[bool]:
    """It was ordered since, anywhere, by the basket's person. Each way by itself: a database finds an index for each,
    and none for all of them together. That basket and line are those of the queries around must be said: SQLAlchemy
    sees it one query deep alone."""
    mine, other = tables.member.alias("mine"), tables.member.alias("other")
    person = select(mine.c.person).where(mine.c.profile == BASKET.profile).limit(1).correlate(tables.basket)
    others = select(other.c.profile).where(other.c.person == person.scalar_subquery(), other.c.profile.is_not(None))
    since = ORDER.at >= BASKET.sent
    ways = (
        ORDER.basket == BASKET.id,
        (ORDER.basket == BASKET.shop_id) & (BASKET.shop_id != ""),
        (ORDER.profile == BASKET.profile) & since,
        ORDER.profile.in_(others.correlate(tables.basket)) & since,
    )
    orders = (select(ORDER.sku).where(ORDER.sku == LINE.sku, ORDER.quantity > 0, way) for way in ways)
    return or_(*(one.correlate(tables.basket, tables.basket_line).exists() for one in orders)).label("bought")
