"""One person in one audience: each of its articles included or excluded, with the reason in words."""

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from hq.audience import facts
from hq.audience.candidates import NOTHING
from hq.audience.judging import candidates_of
from hq.audience.rules import Article, Decision, decide, decide_person
from hq.config import Config
from hq.config_marketing import Audiences
from hq.journeys.facts import capped
from hq.linking.person import standing


def explain_in(
    connection: Connection, catalogue: Catalogue | None, audience: Audiences, config: Config, profile: str, now: int
) -> list[Decision]:
    """Whichever of the person's profiles is named; [] where the audience is not about them at all."""
    stands = standing(connection, profile)
    found = candidates_of(connection, audience, now, stands)
    person = facts.person(connection, stands, capped=capped(connection, config, stands, now))
    bought, returned = facts.bought_and_returned(connection, stands)
    return [
        decide_person(person, audience.of)
        if sku == NOTHING
        else decide(person, _article(catalogue, sku, at), bought, returned, audience.of)
        for sku, at in found
    ]


def _article(catalogue: Catalogue | None, sku: str, at: int) -> Article:
    try:
        told = catalogue.item(sku, next(iter(catalogue.languages), "")).variant if catalogue else ""
    except KeyError:
        told = ""
    return facts.article(catalogue, sku, sku, told, wanted=at)
