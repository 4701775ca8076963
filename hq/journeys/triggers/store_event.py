"""An event of a store comes near: those who shop there or nearby are invited, each once."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select, union

from hq.audience import facts
from hq.audience.rules import invite
from hq.config import Journey
from hq.ids import derived
from hq.journeys.rules import DAY
from hq.journeys.store_events import StoreEvent
from hq.journeys.triggers.trigger import MAIL, Occasion, State, since
from hq.journeys.world import World
from hq.linking.person import MEMBER, profiles_of
from hq.live import reach
from hq.live.basket import LiveBasket
from hq.live.offer import live_invitation
from hq.store import tables
from hq.words import LANGUAGES

BASKET, ORDER, PROFILE = tables.basket.c, tables.order_line.c, tables.profile.c
SHOPS = 365 * DAY
"""Milliseconds: who sent a basket from a store, or bought there, within so long shops there."""


class StoreEventNear:
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        for event in world.events():
            at, begins = _began(world, journey, event)
            if at > now or now >= begins or at <= since(journey, now):
                continue
            if journey.stores and event.store not in journey.stores:
                continue
            for person in connection.scalars(_who_shops(world, journey, event, now, begun)):
                occasion = derived("store-event", event.id, person)
                yield Occasion(event=occasion, profile=person, at=at, store=event.store, subject=event.id)

    def state(self, connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any]) -> State:
        event = world.event(row.subject)
        if event is None:
            return State(over="the event is not planned any more")
        at, begins = _began(world, journey, event)
        decision = invite(
            facts.person(connection, row.profile, "offers"), id=event.id, name=event.told(LANGUAGES[0]).title
        )
        return State(
            began=at,
            ends=begins,
            store=event.store,
            over=_over(connection, world, journey, row, event),
            decisions=[decision],
        )

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        language = connection.scalar(select(PROFILE.language).where(PROFILE.id == row.profile))
        event = world.event(row.subject)
        if language is None or event is None:
            return None
        return live_invitation(row, world.store(event.store), language)


def _began(world: World, journey: Journey, event: StoreEvent) -> tuple[int, int]:
    """When its invitations are triggered, and when it begins."""
    begins, _ = event.hours(world.zone(event.store))
    return begins - round(journey.ahead_days * DAY), begins


def _who_shops(world: World, journey: Journey, event: StoreEvent, now: int, begun: ColumnElement[bool]) -> Any:
    """The profiles that stand for those who shop near the event."""
    stores = reach.nearby(world.catalogue, event.store, journey.nearby_km)
    sent = select(BASKET.profile).where(BASKET.store.in_(stores), BASKET.sent > now - SHOPS)
    bought = select(ORDER.profile).where(ORDER.store.in_(stores), ORDER.at > now - SHOPS, ORDER.quantity > 0)
    who = union(sent, bought).subquery()
    person = func.coalesce(MEMBER.person, who.c.profile).label("person")
    people = select(person).join_from(who, tables.member, MEMBER.profile == who.c.profile, isouter=True).subquery()
    invited = exists().where(MAIL.subject == event.id, MAIL.profile == PROFILE.id, begun)
    return select(PROFILE.id).where(PROFILE.id.in_(select(people.c.person)), ~invited).order_by(PROFILE.id)


def _over(connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any], event: StoreEvent) -> str:
    theirs, stores = profiles_of(row.profile), reach.nearby(world.catalogue, event.store, journey.nearby_km)
    shops = or_(
        exists().where(BASKET.profile.in_(theirs), BASKET.store.in_(stores)),
        exists().where(ORDER.profile.in_(theirs), ORDER.store.in_(stores), ORDER.quantity > 0),
    )
    if not connection.scalar(select(shops)):
        return "they do not shop near it"
    other = (MAIL.subject == event.id, MAIL.profile.in_(theirs), MAIL.event != row.event, MAIL.kind == journey.name)
    settled = select(MAIL.id).where(*other, MAIL.state.in_(("sent", "control"))).limit(1)
    return "they were invited to it by another address" if connection.scalar(settled) else ""
