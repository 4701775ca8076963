"""Baskets as a list: who sent what from where, and whether their mail has left."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from edge.domain.money import Money
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
        select(
            tables.basket,
            func.sum(line.quantity).label("articles"),
            func.sum(line.quantity * line.price).label("total"),
            func.min(line.currency).label("currency"),
            func.coalesce(state, "").label("mail"),
        )
        .join_from(tables.basket, tables.basket_line, line.basket == basket.id)
        .group_by(*tables.basket.c)
        .order_by(basket.sent.desc(), basket.id)
        .limit(limit)
    )
    rows = connection.execute(query.where(basket.profile == profile) if profile else query)
    return [
        Summary(
            id=row.id,
            profile=row.profile,
            store=row.store,
            station=row.station,
            sent=row.sent,
            articles=int(row.articles),
            total=Money(amount=int(row.total), currency=row.currency),
            mail=row.mail,
        )
        for row in rows
    ]
