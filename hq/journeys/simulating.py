"""Who would get what at a moment to come, by what is known now. Nothing is sent, nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hq.config import Journey
from hq.journeys.facts import judged, sent_to
from hq.journeys.rules import Verdict
from hq.journeys.triggers import TRIGGERS
from hq.journeys.world import world_of
from hq.linking.person import standing
from hq.service import Hq
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    journey: str
    profile: str
    basket: str
    """"" where it is about none."""
    verdict: Verdict
    names: tuple[str, ...]
    """Of what the message would be about."""


def simulate(hq: Hq, at: int, names: frozenset[str] = frozenset()) -> Iterator[Foreseen]:
    """Every occasion that a journey is not done with at `at`, in ms. `names`: these journeys, also those that are off;
    else all that are on. A message counts for the cap of those after it."""
    world, would_go, mail = world_of(hq), dict[str, list[int]](), tables.mail.c
    with hq.reading() as connection:
        for journey in _asked(hq, names):
            done = (mail.kind == journey.name) & (mail.state != "queued")
            for occasion in list(TRIGGERS[journey.trigger].occasions(connection, world, journey, at, done)):
                person = standing(connection, occasion.profile)
                before = sent_to(connection, hq.config, person) + would_go.get(person, [])
                verdict, decisions = judged(connection, world, journey, occasion, before, at)
                if verdict.outcome == "send":
                    would_go.setdefault(person, []).append(at)
                about = {one.sku: one.name for one in decisions}
                yield Foreseen(
                    journey=journey.name,
                    profile=person,
                    basket=occasion.basket or "",
                    verdict=verdict,
                    names=tuple(about[sku] for sku in verdict.skus),
                )


def _asked(hq: Hq, names: frozenset[str]) -> list[Journey]:
    return [replace(one, on=True) for one in hq.config.journey if (one.name in names if names else one.on)]
