"""A basket that was sent: of what was in it, what is not bought and still to be had."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select

from hq.audience import explain
from hq.config import Journey
from hq.journeys.triggers.trigger import MAIL, Occasion, State, since
from hq.journeys.world import World
from hq.live.basket import LiveBasket, live_basket
from hq.store import tables

BASKET = tables.basket.c


class BasketLeft:
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        query = select(tables.basket).where(BASKET.sent > since(journey, now), BASKET.profile.is_not(None))
        query = query.where(~exists().where(MAIL.event == BASKET.event, begun))
        if journey.stores:
            query = query.where(BASKET.store.in_(journey.stores))
        for row in connection.execute(query.order_by(BASKET.sent, BASKET.id)):
            yield Occasion(event=row.event, profile=row.profile, at=row.sent, basket=row.id, store=row.store)

    def state(self, connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any]) -> State:
        basket = connection.execute(select(tables.basket).where(BASKET.id == row.basket)).first()
        if basket is None:
            return State(over="the basket is no longer kept")
        decisions = explain(connection, world.catalogue, basket.profile, basket.id, use="reminders")
        again = "the basket was sent again since" if basket.event != row.event else ""
        return State(began=basket.sent, store=basket.store, over=again, decisions=decisions)

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        basket = live_basket(connection, world.catalogue, row.basket)
        return basket and replace(basket, lines=tuple(line for line in basket.lines if line.sku in skus))
