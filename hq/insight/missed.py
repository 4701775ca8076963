"""What shoppers wanted and did not get: sizes that were sold out, and searches that led nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from hq.insight.funnel import Cut
from hq.linking.person import person_of
from hq.outbox import TOLD_BACK
from hq.store import tables

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
    person = person_of(WISH.profile)
    told = exists().where(MAIL.event == WISH.event, MAIL.kind.in_(TOLD_BACK), MAIL.state == "sent")
    theirs = (person_of(ORDER.profile) == person, ORDER.sku == WISH.sku, ORDER.at >= WISH.at, ORDER.quantity > 0)
    query = select(
        WISH.sku,
        WISH.name,
        WISH.variant,
        person.label("person"),
        told.label("told"),
        exists().where(*theirs).label("bought"),
    ).where(WISH.at >= cut.begins)
    if cut.store:
        query = query.where(WISH.store == cut.store)
    found: dict[str, list[tuple[str, bool, bool]]] = {}
    names: dict[str, tuple[str, str]] = {}
    for row in connection.execute(query.order_by(WISH.at)):
        found.setdefault(row.sku, []).append((row.person, row.told, row.bought))
        names[row.sku] = (row.name, row.variant)
    rows = [
        Missed(
            sku=sku,
            name=names[sku][0],
            variant=names[sku][1],
            people=_people(one[0] for one in those),
            told=_people(person for person, told, _ in those if told),
            bought=_people(person for person, _, bought in those if bought),
        )
        for sku, those in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.people, row.sku))[:limit]


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


def _people(those: Iterable[str]) -> int:
    return len(set(those))
