"""Who would get what at a moment to come, by what is known now. Nothing is sent, nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from hq.config import Journey
from hq.journeys.facts import judge_basket, sent_to
from hq.journeys.rules import Verdict
from hq.journeys.starting import left_baskets
from hq.linking.person import standing
from hq.service import Hq
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    journey: str
    profile: str
    basket: str
    verdict: Verdict
    names: tuple[str, ...]
    """Of the articles that the message would be about."""


def simulate(hq: Hq, at: int, names: frozenset[str] = frozenset()) -> Iterator[Foreseen]:
    """Every basket that a journey is not done with at `at`, in ms. `names`: these journeys, also those that are off;
    else all that are on. A message counts for the cap of those after it."""
    catalogue, would_go = hq.catalogue(), dict[str, list[int]]()
    with hq.reading() as connection:
        for journey in _asked(hq, names):
            done = _done(connection, journey)
            for basket in connection.execute(left_baskets(journey, at)).all():
                if basket.event in done:
                    continue
                person = standing(connection, basket.profile)
                before = sent_to(connection, hq.config, person) + would_go.get(person, [])
                verdict = judge_basket(connection, catalogue, hq.config, journey, basket, basket.event, before, at)
                if verdict.outcome == "send":
                    would_go.setdefault(person, []).append(at)
                yield Foreseen(
                    journey=journey.name,
                    profile=person,
                    basket=basket.id,
                    verdict=verdict,
                    names=_names(connection, basket.id, verdict.skus),
                )


def _asked(hq: Hq, names: frozenset[str]) -> list[Journey]:
    return [replace(one, on=True) for one in hq.config.journey if (one.name in names if names else one.on)]


def _done(connection: Connection, journey: Journey) -> set[str]:
    """The sendings whose message went, or never will."""
    mail = tables.mail.c
    query = select(mail.event).where(mail.kind == journey.name, mail.state != "queued")
    return set(connection.scalars(query))


def _names(connection: Connection, basket: str, skus: frozenset[str]) -> tuple[str, ...]:
    line = tables.basket_line.c
    query = select(line.name).where(line.basket == basket, line.sku.in_(skus)).order_by(line.position)
    return tuple(connection.scalars(query))
