"""Somebody asked for an article that was sold out: the same one in a store nearby, or a like one in the size.

Whoever was told meanwhile that it is back gets nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select

from hq.audience.rules import Decision
from hq.config import Journey
from hq.journeys.triggers.offering import alike, offered
from hq.journeys.triggers.trigger import MAIL, Occasion, State, since
from hq.journeys.world import World
from hq.linking.person import profiles_of
from hq.live import reach
from hq.live.basket import LiveBasket
from hq.live.offer import live_offer
from hq.outbox import TOLD_BACK
from hq.store import tables

WISH = tables.wish.c


class SizeMissed:
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        query = select(tables.wish).where(WISH.at > since(journey, now))
        query = query.where(~exists().where(MAIL.event == WISH.event, begun))
        if journey.stores:
            query = query.where(WISH.store.in_(journey.stores))
        for row in connection.execute(query.order_by(WISH.at, WISH.event)):
            yield Occasion(event=row.event, profile=row.profile, at=row.at, store=row.store, subject=row.sku)

    def state(self, connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any]) -> State:
        wish = connection.execute(select(tables.wish).where(WISH.event == row.event)).first()
        if wish is None:
            return State(over="what they asked for is no longer kept")
        told = "they were told that it is back" if _told(connection, wish) else ""
        return State(began=wish.at, store=wish.store, over=told, decisions=_decisions(connection, world, journey, wish))

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        wish = connection.execute(select(tables.wish).where(WISH.event == row.event)).first()
        if wish is None or world.catalogue is None:
            return None
        return live_offer(world.catalogue, row, world.store(wish.store), wish.language, skus)


def _decisions(connection: Connection, world: World, journey: Journey, wish: Row[Any]) -> list[Decision]:
    """Of the article itself, then of those like it. Whoever bought it, in any size, is offered none."""
    catalogue = world.catalogue
    wanted = catalogue.by_sku(wish.sku) if catalogue else None
    if catalogue is None or wanted is None:
        return []
    stores = reach.in_reach(catalogue, wish.store, journey.nearby_km)
    (own,) = offered(connection, catalogue, wish.profile, [wish.sku], stores, wanted=wish.at)
    if own.reason != "sold-out":
        return [own]
    return [*offered(connection, catalogue, wish.profile, alike(catalogue, wanted, stores), stores), own]


def _told(connection: Connection, wish: Row[Any]) -> bool:
    """That this article is back, since they asked: whichever of their wishes it was for."""
    of = select(WISH.event).where(WISH.profile.in_(profiles_of(wish.profile)), WISH.sku == wish.sku)
    sent = select(MAIL.id).where(MAIL.kind.in_(TOLD_BACK), MAIL.state == "sent", MAIL.event.in_(of))
    return connection.scalar(sent.where(MAIL.sent >= wish.at).limit(1)) is not None
