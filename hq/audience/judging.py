"""Whole audiences, judged in the database by the rules of `hq.audience.rules`: one query, on SQLite and PostgreSQL.

What it says of a person is what `hq.audience.explaining` says of them: both ask for the same candidates, and a test
holds their judgements against each other over random histories.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from hq.audience.buying import bought, kept_styles, orders, told_once
from hq.audience.candidates import NOTHING, candidates, times
from hq.audience.rules import AGAINST, INCLUDED, RANK
from hq.audience.standing import CAP_SINCE, Cap, standing_of
from hq.audience.whose import PERSONS, whose
from hq.config import Config
from hq.config_marketing import Audiences
from hq.journeys.rules import DAY
from hq.linking.person import standing
from hq.store import tables

PEOPLE, ARTICLES = "people", "articles"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Of an audience. Those left out are counted by the first reason that holds (of `hq.audience.rules`)."""

    people: int
    """With at least one article that may be shown to them."""
    articles: int
    """Pairs of a person and an article."""
    people_out: dict[str, int]
    articles_out: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Judged:
    person: str
    sku: str
    """`candidates.NOTHING` where the audience is about people alone."""
    reason: str
    """"" where it may be shown to them."""


def count(connection: Connection, audience: Audiences, config: Config, now: int) -> Counts:
    found: dict[str, dict[int, int]] = {PEOPLE: {}, ARTICLES: {}}
    for of, rank, n in connection.execute(_counting(audience, _cap(config)), _parameters(audience, config, now)):
        found[of][rank] = n
    left_out = {of: {_reason(rank): n for rank, n in sorted(some.items()) if rank} for of, some in found.items()}
    articles = audience.of != "buyers"
    return Counts(
        people=found[PEOPLE].get(INCLUDED, 0),
        articles=found[ARTICLES].get(INCLUDED, 0) if articles else 0,
        people_out=left_out[PEOPLE],
        articles_out=left_out[ARTICLES] if articles else {},
    )


def members(connection: Connection, audience: Audiences, config: Config, now: int) -> list[str]:
    """The persons in it, in the order of their ids."""
    query = _listing(audience, _cap(config), included=True)
    return list(connection.scalars(query, _parameters(audience, config, now)))


def page(
    connection: Connection, audience: Audiences, config: Config, now: int, *, after: str = "", most: int = 50
) -> list[str]:
    """Persons that it is about, in it or left out, whose ids come behind `after`."""
    query, more = _listing(audience, _cap(config), included=False), {"its_after": after, "its_most": most}
    return list(connection.scalars(query, _parameters(audience, config, now) | more))


def judged(
    connection: Connection, audience: Audiences, config: Config, now: int, only: Collection[str] | None = None
) -> list[Judged]:
    """Every candidate of everybody, or of these persons: those wanted last first, person by person."""
    some = {} if only is None else {PERSONS: list(only)}
    query = _whole(audience, _cap(config), some=only is not None)
    rows = connection.execute(query, _parameters(audience, config, now) | some)
    return [Judged(person=r.person, sku=r.sku, reason=_reason(r.rank)) for r in rows]


def candidates_of(connection: Connection, audience: Audiences, now: int, person: str) -> list[tuple[str, int]]:
    """SKU and when it was last wanted, of one person, before any is judged; in the order of `judged`."""
    rows = connection.execute(_asking(audience), times(audience, now) | {PERSONS: [person]})
    return [(row.sku, row.at) for row in rows]


def barred(connection: Connection, config: Config, now: int, profiles: Collection[str]) -> dict[str, str]:
    """Why nothing of a campaign may reach whoever is behind each of `profiles`, "" where something may. A cap bars
    nobody: it holds for a while, and for messages. Who is not known is not in it."""
    stands = {profile: standing(connection, profile) for profile in profiles}
    why = barred_persons(connection, config, now, set(stands.values()))
    return {profile: why[person] for profile, person in stands.items() if person in why}


def barred_persons(connection: Connection, config: Config, now: int, persons: Collection[str]) -> dict[str, str]:
    """As `barred`, of persons as the audiences name them: a profile that belongs to another one is in it no more."""
    asked = {PERSONS: sorted(persons), CAP_SINCE: now}
    open_ = (None, RANK["cap"])
    rows = connection.execute(_standings(_cap(config)), asked)
    return {row.person: "" if row.rank in open_ else _reason(row.rank) for row in rows}


def _cap(config: Config) -> Cap:
    return Cap(journeys=tuple(one.name for one in config.journey), most=config.journeys.most)


def _parameters(audience: Audiences, config: Config, now: int) -> dict[str, Any]:
    return times(audience, now) | {CAP_SINCE: now - config.journeys.days * DAY}


# Statements are kept: to build one takes longer than SQLite takes for a person's answer.


@cache
def _counting(audience: Audiences, cap: Cap) -> "CompoundSelect[Any]":
    rows = _rows(audience, cap)
    each = select(func.min(rows.c.rank).label("rank")).group_by(rows.c.person).subquery()
    return union_all(
        select(literal(PEOPLE).label("of"), each.c.rank, func.count().label("n")).group_by(each.c.rank),
        select(literal(ARTICLES), rows.c.rank, func.count()).group_by(rows.c.rank),
    )


@cache
def _listing(audience: Audiences, cap: Cap, *, included: bool) -> "Select[str]":
    rows = _rows(audience, cap)
    found = select(rows.c.person).distinct().order_by(rows.c.person)
    if included:
        return found.where(rows.c.rank == INCLUDED)
    return found.where(rows.c.person > bindparam("its_after")).limit(bindparam("its_most", type_=Integer))


@cache
def _whole(audience: Audiences, cap: Cap, *, some: bool) -> "Select[Any]":
    rows = _rows(audience, cap, some=some)
    return select(rows.c.person, rows.c.sku, rows.c.rank).order_by(rows.c.person, rows.c.at.desc(), rows.c.sku)


@cache
def _standings(cap: Cap) -> "Select[Any]":
    found = standing_of(whose(some=True), cap)
    return select(found.c.person, found.c.rank)


@cache
def _asking(audience: Audiences) -> "Select[Any]":
    theirs = whose(some=True)
    found = candidates(audience, theirs, bought(told_once(orders(theirs)))).c
    return select(found.sku, found.at).order_by(found.at.desc(), found.sku)


def _rows(audience: Audiences, cap: Cap, *, some: bool = False) -> CTE:
    """`person`, `sku`, `at` and `rank`."""
    theirs = whose(some=some)
    buying = bought(told_once(orders(theirs)))
    found = candidates(audience, theirs, buying)
    about = select(theirs).where(theirs.c.person.in_(select(found.c.person))).cte("about")
    stands = standing_of(about, cap)  # of a million people, those whom it is about are seldom more than a third
    good, one, styles, mine = tables.good.c, found.c, kept_styles(buying), buying.alias("own")
    own = mine.c
    against = case(
        (stands.c.rank.is_not(None), stands.c.rank),
        (one.sku == NOTHING, INCLUDED),
        (or_(own.kept > 0, styles.c.style.is_not(None)), RANK["bought"]),  # it, or the same in another size
        (and_(own.kept == 0, own.returned >= one.at), RANK["returned"]),
        (good.sku.is_(None), RANK["unknown-article"]),
        (good.available <= 0, RANK["sold-out"]),
        else_=INCLUDED,
    )
    # Joins, not EXISTS: within a CASE PostgreSQL would look through all that was bought for every article.
    query = select(one.person, one.sku, one.at, against.label("rank"))
    query = query.join(stands, stands.c.person == one.person).outerjoin(tables.good, good.sku == one.sku)
    query = query.outerjoin(mine, and_(own.person == one.person, own.sku == one.sku))
    query = query.outerjoin(styles, and_(styles.c.person == one.person, styles.c.style == good.style))
    return query.cte("judged")


def _reason(rank: int) -> str:
    return AGAINST[rank - 1] if rank else ""
