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
) -> list[Decision]:
    """For `use` (as of `facts.person`). Over all baskets of the profile, the newest first, or one of them; an article
    in several is named once."""
    person = facts.person(connection, profile, use)
    bought = facts.purchases(connection, profile)
    return [decide(person, article, bought) for article in facts.articles(connection, catalogue, profile, basket)]
