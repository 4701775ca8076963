"""Somebody whom a person brought bought for the first time: the code that is theirs for it, one message for each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select

from edge.domain.article import WEB, Store
from hq.audience import facts
from hq.audience.rules import invite
from hq.config import Journey
from hq.coupons.uses import is_used
from hq.friends.rewarding import BRINGERS
from hq.ids import derived
from hq.journeys.triggers.trigger import MAIL, Occasion, State, since
from hq.journeys.world import World
from hq.live.basket import LiveBasket, live_basket
from hq.live.offer import live_invitation
from hq.store import tables
from hq.words import words

COUPON, BASKET, PROFILE = tables.coupon.c, tables.basket.c, tables.profile.c


class FriendBought:
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        query = select(tables.coupon, BASKET.store).outerjoin(tables.basket, BASKET.id == COUPON.basket)
        query = query.where(COUPON.origin.startswith(BRINGERS), COUPON.profile.is_not(None))
        query = query.where(COUPON.issued > since(journey, now), COUPON.issued <= now)
        query = query.where(~exists().where(MAIL.subject == COUPON.id, begun))
        if journey.stores:
            query = query.where(BASKET.store.in_(journey.stores))
        for row in connection.execute(query.order_by(COUPON.issued, COUPON.id)):
            where = {"basket": row.basket, "store": row.store or ""}
            yield Occasion(
                event=derived("friend-bought", row.id), profile=row.profile, at=row.issued, subject=row.id, **where
            )

    def state(self, connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any]) -> State:
        query = select(tables.coupon, is_used(COUPON.id).label("used")).where(COUPON.id == row.subject)
        code = connection.execute(query).first()
        if code is None or code.profile is None:
            return State(over="the code is nobody's any more")
        over = "the code was taken back" if code.void else "they have used it" if code.used else ""
        if code.campaign not in {campaign.name for campaign in world.config.coupon}:
            over = "its campaign is declared no more"
        decision = invite(facts.person(connection, row.profile, "offers"), id=row.subject, name="")
        return State(began=code.issued, ends=code.until or None, store=row.store, over=over, decisions=[decision])

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        """The basket on whose page the code stands, without what lies in it."""
        basket = live_basket(connection, world.catalogue, row.basket) if row.basket else None
        if basket:
            return replace(basket, lines=(), removed=(), goes_with=(), shop_id="")
        language = connection.scalar(select(PROFILE.language).where(PROFILE.id == row.profile))
        if language is None:
            return None
        return live_invitation(row, Store(id=WEB, name=words(language)("stock.web_shop")), language)
