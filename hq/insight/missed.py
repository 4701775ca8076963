"""What shoppers wanted and did not get: sizes that were sold out, and searches that led nowhere."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, distinct, exists, func, or_, select

from hq.insight.funnel import Cut
from hq.linking.person import person_of
from hq.outbox import TOLD_BACK
from hq.store import tables
from hq.store.many import among

WISH, MAIL, ORDER, SEARCH = tables.wish.c, tables.mail.c, tables.order_line.c, tables.day_search.c


@dataclass(frozen=True, kw_only=True)
class Missed:
    """An article that people asked for while it was sold out."""

    sku: str
    name: str
    variant: str
    people: int
    told: int
    """How many of them were told that it is back."""
    bought: int
    """How many of them bought it since."""


@dataclass(frozen=True, kw_only=True)
class DeadEnd:
    """Words that were searched for."""

    words: str
    searches: int
    empty: int
    """How often nothing was found."""
    chosen: int


def missed_sizes(connection: Connection, cut: Cut, limit: int) -> list[Missed]:
    """Those that most people missed first."""
    within = [WISH.at >= cut.begins, *([WISH.store == cut.store] if cut.store else [])]
    people = func.count(distinct(person_of(WISH.profile)))
    most = select(WISH.sku, people).where(*within).group_by(WISH.sku).order_by(people.desc(), WISH.sku).limit(limit)
    missed: dict[str, int] = {row[0]: row[1] for row in connection.execute(most)}
    names: dict[str, tuple[str, str]] = {}
    told, bought = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in connection.execute(_wishes().where(*within, among(WISH.sku, missed)).order_by(WISH.at)):
        names[row.sku] = (row.name, row.variant)
        told[row.sku] |= {row.person} if row.told else set()
        bought[row.sku] |= {row.person} if row.bought else set()
    return [
        Missed(
            sku=sku, name=names[sku][0], variant=names[sku][1], people=n, told=len(told[sku]), bought=len(bought[sku])
        )
        for sku, n in missed.items()
    ]


def _wishes() -> "Select[Any]":
    """Each with whether its person was told, and bought it since."""
    told = exists().where(MAIL.event == WISH.event, MAIL.kind.in_(TOLD_BACK), MAIL.state == "sent")
    mine, other = tables.member.alias("mine").c, tables.member.alias("other").c
    person = select(mine.person).where(mine.profile == WISH.profile).limit(1).correlate(tables.wish).scalar_subquery()
    others = select(other.profile).where(other.person == person, other.profile.is_not(None)).correlate(tables.wish)
    orders = [  # each way by itself: a database finds an index for each
        exists().where(way, ORDER.sku == WISH.sku, ORDER.at >= WISH.at, ORDER.quantity > 0).correlate(tables.wish)
        for way in (ORDER.profile == WISH.profile, ORDER.profile.in_(others))
    ]
    columns = WISH.sku, WISH.name, WISH.variant, person_of(WISH.profile).label("person")
    return select(*columns, told.label("told"), or_(*orders).label("bought"))


def dead_ends(connection: Connection, cut: Cut, limit: int) -> list[DeadEnd]:
    """Searches that found nothing most often first, then those of which nothing was ever opened."""
    n, empty, chosen = (func.sum(column) for column in (SEARCH.n, SEARCH.empty, SEARCH.chosen))
    query = select(SEARCH.words, n.label("n"), empty.label("empty"), chosen.label("chosen")).where(
        SEARCH.day >= cut.day
    )
    if cut.store:
        query = query.where(SEARCH.store == cut.store)
    query = query.group_by(SEARCH.words).having((empty > 0) | ((chosen == 0) & (n > 1)))
    rows = connection.execute(query.order_by(empty.desc(), n.desc(), SEARCH.words).limit(limit))
    return [DeadEnd(words=row.words, searches=int(row.n), empty=int(row.empty), chosen=int(row.chosen)) for row in rows]
