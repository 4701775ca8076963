"""What HQ knows when a message is due, as the rules want it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from edge.catalogue import Catalogue
from hq.audience.rules import Decision
from hq.config import Config, Journey
from hq.journeys.pausing import is_paused
from hq.journeys.rules import Moment, Verdict, capped_until, judge
from hq.journeys.triggers import TRIGGERS, Occasion
from hq.journeys.world import World
from hq.linking.person import profiles_of, standing
from hq.outbox import ASKED
from hq.store import tables

_MAIL = tables.mail.c


def declared(config: Config, name: str) -> Journey | None:
    """The journey of that name where it is on."""
    return next((one for one in config.journey if one.name == name and one.on), None)


def verdict(connection: Connection, world: World, row: Row[Any], now: int) -> Verdict:
    """Of a row of the queue. A journey that is not declared any more, or switched off, sends nothing."""
    if (journey := declared(world.config, row.kind)) is None:
        return Verdict(outcome="never", reason="off", words="the journey is switched off")
    sent = sent_to(connection, world.config, row.profile)
    return judged(connection, world, journey, row, sent, now)[0]


def judged(
    connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any], sent: Sequence[int], now: int
) -> tuple[Verdict, Sequence[Decision]]:
    """With what was decided of each thing that it could be about."""
    state = TRIGGERS[journey.trigger].state(connection, world, journey, row)
    decisions = tuple(_of_categories(world.catalogue, journey, state.decisions))
    moment = Moment(
        now=now,
        began=state.began,
        over=state.over,
        ends=state.ends,
        paused=is_paused(connection, journey.name),
        decisions=decisions,
        profile=standing(connection, row.profile),
        sent=sent,
        sent_of_this=_sent_of(connection, journey, row.profile),
        zone=world.zone(state.store),
    )
    return judge(journey, world.config.journeys, moment), decisions


def sent_to(connection: Connection, config: Config, profile: str) -> list[int]:
    """When messages of journeys went to this person, as far back as the cap looks."""
    latest = select(_MAIL.sent).where(
        _MAIL.profile.in_(profiles_of(profile)), _MAIL.kind.not_in(ASKED), _MAIL.state == "sent"
    )
    return [at for at in connection.scalars(latest.order_by(_MAIL.sent.desc()).limit(config.journeys.most)) if at]


def capped(connection: Connection, config: Config, profile: str, now: int) -> bool:
    """Whether this person had as many messages of journeys as they may have just now."""
    return bool(capped_until(config.journeys, sent_to(connection, config, profile), now))


def _sent_of(connection: Connection, journey: Journey, profile: str) -> int | None:
    """When the latest message of this journey went to them; to who is kept out, when it would have."""
    if not journey.every_days:
        return None
    theirs = (_MAIL.profile.in_(profiles_of(profile)), _MAIL.kind == journey.name)
    latest = select(_MAIL.due).where(*theirs, _MAIL.state.in_(("sent", "control"))).order_by(_MAIL.due.desc())
    return connection.scalar(latest.limit(1))


def _of_categories(catalogue: Catalogue | None, journey: Journey, decisions: Iterable[Decision]) -> Iterable[Decision]:
    """An article of another category than the journey writes about is none of it."""
    for decision in decisions:
        if decision.reason == "invited" or not journey.categories or _lies_in(catalogue, journey, decision.sku):
            yield decision
        else:
            yield replace(decision, included=False, reason="other-category", words="the journey is not about such")


def _lies_in(catalogue: Catalogue | None, journey: Journey, sku: str) -> bool:
    variant = catalogue.by_sku(sku) if catalogue else None
    product = catalogue.product(variant.product_id) if catalogue and variant else None
    path = f"{product.category} > " if product else ""
    return any(path.startswith(f"{category} > ") for category in journey.categories)
