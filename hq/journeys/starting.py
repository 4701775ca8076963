"""Puts the messages of journeys into the queue of mails: one for each occasion and each journey, once.

Ids derive from the occasion, so that a restored HQ makes the same ones again, and what the journal knows of them (that
one was sent) still holds.
"""

from functools import partial
from itertools import islice
from typing import Any

from hq import decisions
from hq.config import Journey
from hq.ids import derived
from hq.journeys.pausing import is_paused
from hq.journeys.rules import HOUR
from hq.journeys.triggers import TRIGGERS, Occasion
from hq.journeys.world import world_of
from hq.outbox import queued
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables
from hq.store.insert import inserted

POLL = 30.0
AT_ONCE = 500
"""Messages in one transaction."""


def starter(hq: Hq, *, poll: float = POLL) -> Recurring:
    """A task for each journey: where one can't begin, the others do."""
    on = [journey for journey in hq.config.journey if journey.on]
    return Recurring("journeys", *((partial(start, hq, one), f"{one.name} waits to begin") for one in on), poll=poll)


def start_all(hq: Hq) -> int:
    """Returns how many messages began."""
    return sum(start(hq, journey) for journey in hq.config.journey if journey.on)


def start(hq: Hq, journey: Journey) -> int:
    """Returns how many messages of this journey began."""
    count = 0
    while found := _some(hq, journey):
        with hq.engine.begin() as connection:
            for occasion in found:
                message = _message(hq, journey, occasion)
                if inserted(connection, tables.mail, message):
                    decisions.stand(connection, message["id"])
        count += len(found)
        if len(found) < AT_ONCE:
            break
    return count


def _some(hq: Hq, journey: Journey) -> list[Occasion]:
    begun = tables.mail.c.kind == journey.name
    with hq.reading() as connection:
        if is_paused(connection, journey.name):
            return []
        found = TRIGGERS[journey.trigger].occasions(connection, world_of(hq), journey, hq.clock(), begun)
        return list(islice(found, AT_ONCE))


def _message(hq: Hq, journey: Journey, occasion: Occasion) -> dict[str, Any]:
    return queued(
        id=derived(journey.name, occasion.event),
        event=occasion.event,
        kind=journey.name,
        profile=occasion.profile,
        basket=occasion.basket,
        store=occasion.store,
        subject=occasion.subject,
        message_id=f"<{journey.name}.{occasion.event}@{hq.config.mail.domain}>",
        due=occasion.at + round(journey.wait_hours * HOUR),
    )
