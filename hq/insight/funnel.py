"""From the first scan to the purchase, in numbers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, distinct, func, or_, select

from edge.domain.article import WEB
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Step:
    key: str
    label: str
    count: int
    of_before: float | None = None
    """Share of the step before, where both count the same thing."""


def funnel(connection: Connection, since: int = 0) -> list[Step]:
    """Scans and adds count events; what follows counts baskets. `since` in milliseconds since 1970."""
    sent = _sent(connection, since)
    opened = _opened(connection, since)
    bought = _bought(connection, since)
    return [
        Step(key="scans", label="Articles scanned", count=_events(connection, "ProductScanned", since)),
        Step(key="adds", label="Put in a basket", count=_events(connection, "LineAdded", since)),
        Step(key="sent", label="Baskets sent", count=sent),
        Step(key="opened", label="Opened on the web", count=opened, of_before=_share(opened, sent)),
        Step(key="bought", label="Led to a purchase", count=bought, of_before=_share(bought, sent)),
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _events(connection: Connection, kind: str, since: int) -> int:
    event = tables.event.c
    return _count(connection, select(func.count()).where(event.kind == kind, event.received >= since))


def _sent(connection: Connection, since: int) -> int:
    basket = tables.basket.c
    return _count(connection, select(func.count(basket.id)).where(basket.sent >= since, basket.store != WEB))


def _opened(connection: Connection, since: int) -> int:
    """Only of people who allow profiling: nobody else's visit is known."""
    visit, basket = tables.web_visit.c, tables.basket.c
    theirs = visit.basket == basket.id
    query = select(func.count(distinct(visit.basket))).join_from(tables.web_visit, tables.basket, theirs)
    return _count(connection, query.where(basket.sent >= since, basket.store != WEB))


def _bought(connection: Connection, since: int) -> int:
    """Baskets of which at least one article was ordered since, anywhere."""
    basket, line, order = tables.basket.c, tables.basket_line.c, tables.order_line.c
    theirs = or_(
        order.basket.in_((basket.id, basket.shop_id)), (order.profile == basket.profile) & (order.at >= basket.sent)
    )
    query = (
        select(func.count(distinct(basket.id)))
        .join_from(tables.basket, tables.basket_line, line.basket == basket.id)
        .join(tables.order_line, (order.sku == line.sku) & theirs)
        .where(basket.sent >= since, basket.store != WEB, order.quantity > 0)
    )
    return _count(connection, query)


def _count(connection: Connection, query: Any) -> int:
    return int(connection.scalar(query) or 0)
