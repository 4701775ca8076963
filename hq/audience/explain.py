"""Every article that lies in a person's baskets, included or excluded, with the reason."""

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from edge.domain.consent import Purpose
from hq.audience import facts
from hq.audience.rules import Decision, decide


def explain(
    connection: Connection,
    catalogue: Catalogue | None,
    profile: str,
    basket: str | None = None,
    *,
    use: Purpose = "adverts",
    capped: bool = False,
) -> list[Decision]:
    """For `use` (as of `facts.person`). Over all baskets of the profile, the newest first, or one of them; an article
    in several is named once.

    `capped`: whether they had all messages that they may have just now (`hq.journeys.facts.capped`); who asks for a
    message has a rule of its own for that.
    """
    person = facts.person(connection, profile, use, capped=capped)
    bought, returned = facts.bought_and_returned(connection, profile)
    articles = facts.articles(connection, catalogue, profile, basket)
    return [decide(person, article, bought, returned) for article in articles]
