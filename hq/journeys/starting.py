"""Puts the messages of journeys into the queue of mails: one for each sending of a basket and each journey, once.

Ids derive from the sending, so that a restored HQ makes the same ones again, and what the journal knows of them (that
one was sent) still holds.
"""

from functools import partial
from typing import Any

from sqlalchemy import Row, Select, and_, exists, select

from hq import decisions
from hq.config import Journey
from hq.ids import derived
from hq.journeys.rules import HOUR
from hq.outbox import queued
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables
from hq.store.insert import inserted

POLL = 30.0
AT_ONCE = 500
"""Baskets in one transaction."""

basket = tables.basket.c


def starter(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("journeys", (partial(start_all, hq), "journeys wait to begin"), poll=poll)


def start_all(hq: Hq) -> int:
    """Returns how many messages began."""
    return sum(_start(hq, journey) for journey in hq.config.journey if journey.on)


def left_baskets(journey: Journey, now: int) -> Select[Any]:
    """Baskets of somebody that this journey is not too late for, oldest first."""
    window = (basket.sent > now - round(journey.until_hours * HOUR), basket.profile.is_not(None))
    return select(tables.basket).where(*window).order_by(basket.sent, basket.id)


def _start(hq: Hq, journey: Journey) -> int:
    begun = and_(tables.mail.c.event == basket.event, tables.mail.c.kind == journey.name)
    fresh = left_baskets(journey, hq.clock()).where(~exists().where(begun)).limit(AT_ONCE)
    count = 0
    while found := _some(hq, fresh):
        with hq.engine.begin() as connection:
            for row in found:
                message = _message(hq, journey, row)
                if inserted(connection, tables.mail, message):
                    decisions.stand(connection, message["id"])
        count += len(found)
    return count


def _some(hq: Hq, query: Select[Any]) -> list[Row[Any]]:
    with hq.reading() as connection:
        return list(connection.execute(query))


def _message(hq: Hq, journey: Journey, row: Row[Any]) -> dict[str, Any]:
    return queued(
        id=derived(journey.name, row.event),
        event=row.event,
        kind=journey.name,
        profile=row.profile,
        basket=row.id,
        message_id=f"<{journey.name}.{row.event}@{hq.config.mail.domain}>",
        due=row.sent + round(journey.wait_hours * HOUR),
    )
