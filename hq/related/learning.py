"""One round of learning: read the baskets, count, drop what is no longer sold."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hq.related.baskets import baskets
from hq.related.counting import Companion, Rules, Tally
from hq.store import tables

DAY = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Learned:
    baskets: int
    companions: dict[str, list[Companion]]
    """By product id, best first."""


def learn(connection: Connection, rules: Rules, *, now: int, days: int) -> Learned:
    """From the baskets of the last `days`. `now` in milliseconds since 1970; `connection` only reads."""
    tally = Tally()
    for products in baskets(connection, now - days * DAY):
        tally.add(products)
    return Learned(baskets=len(tally), companions=_sold(connection, tally.companions(rules)))


def _sold(connection: Connection, companions: dict[str, list[Companion]]) -> dict[str, list[Companion]]:
    article = tables.article.c
    parents = select(article.parent).where(article.kind == "variant").distinct()
    sold = set(connection.scalars(parents)) if companions else set()
    kept = {of: [one for one in found if one.product in sold] for of, found in companions.items() if of in sold}
    return {of: found for of, found in kept.items() if found}
