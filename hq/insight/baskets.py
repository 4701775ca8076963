"""Baskets as a list: who sent what from where, and whether their mail has left."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from edge.domain.money import Money
from hq.insight.shown import shown
from hq.linking.person import profiles_of
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Summary:
    id: str
    profile: str | None
    store: str
    station: str
    sent: int
    articles: int
    total: Money
    """At the prices of the moment it was sent."""
    mail: str
    """"queued", "sent", "failed", or "" without a mail."""


def latest(connection: Connection, limit: int = 8, profile: str | None = None) -> list[Summary]:
    """The newest first; with `profile`, theirs alone."""
    basket, line, mail = tables.basket.c, tables.basket_line.c, tables.mail.c
    state = select(mail.state).where(mail.event == basket.event).limit(1).scalar_subquery()
    query = (
        select(tables.basket, func.coalesce(state, "").label("mail"))
        .where(exists().where(line.basket == basket.id))
        .order_by(basket.sent.desc(), basket.id)
        .limit(limit)
    )
    rows = connection.execute(query.where(basket.profile.in_(profiles_of(profile))) if profile else query).all()
    lines = _lines(connection, [row.id for row in rows])
    return [_summary(row, lines[row.id]) for row in rows]


def _lines(connection: Connection, baskets: list[str]) -> dict[str, list[Any]]:
    line = tables.basket_line.c
    query = select(line.basket, line.quantity, line.price, line.currency).where(line.basket.in_(baskets))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.basket, []).append(row)
    return found


def _summary(row: Row[Any], lines: list[Any]) -> Summary:
    """Added up here, since a database's sums overflow and its error would hide every other basket."""
    return Summary(
        id=row.id,
        profile=row.profile,
        store=row.store,
        station=row.station,
        sent=shown(row.sent),
        articles=sum(line.quantity for line in lines),
        total=Money(
            amount=sum(line.quantity * line.price for line in lines), currency=min(line.currency for line in lines)
        ),
        mail=row.mail,
    )
