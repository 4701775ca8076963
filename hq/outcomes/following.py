"""Judges anew what has changed, in small transactions: within a second or two of it."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, or_, select, union

from hq.outcomes import summing, whole
from hq.outcomes.judging import judged
from hq.recurring import Recurring
from hq.store import tables
from hq.store.insert import inserted
from hq.store.many import among
from hq.store.turns import OUTCOMES, take_turn, work_off

if TYPE_CHECKING:
    from hq.service import Hq

BASKET, MEMBER, PENDING = tables.basket.c, tables.member.c, tables.outcome_pending.c
POLL = 1.0
AT_ONCE = 1_000
"""Changes of one transaction."""
MARK = "outcomes"
"""The setting that says that the tables are filled."""


def follower(hq: "Hq", *, poll: float = POLL) -> Recurring:
    return Recurring("outcomes", (partial(follow, hq.engine), "figures do not follow the baskets"), poll=poll)


def follow(engine: Engine) -> None:
    """Judges whatever waits."""
    work_off(engine, PENDING.n, work)


def work(connection: Connection) -> None:
    """The oldest changes that wait. They are read before what they bear on: what is newer has a row of its own."""
    take_turn(connection, OUTCOMES)  # else a difference would be added twice
    rows = connection.execute(select(PENDING.n, PENDING.id).order_by(PENDING.n).limit(AT_ONCE)).all()
    _judge(connection, _baskets(connection, {row.id for row in rows}))
    connection.execute(delete(tables.outcome_pending).where(PENDING.n.in_([row.n for row in rows])))


def forget(connection: Connection, profile: str, baskets: Iterable[str]) -> None:
    """What is kept of somebody whose rows are gone, and that it was to be judged, goes in the same transaction."""
    take_turn(connection, OUTCOMES)
    theirs = {*baskets, *connection.scalars(select(tables.outcome.c.basket).where(tables.outcome.c.person == profile))}
    _judge(connection, theirs)
    connection.execute(delete(tables.outcome_pending).where(among(PENDING.id, {profile, *theirs})))


def catch_up(engine: Engine) -> None:
    """Judges every basket that an older HQ kept, once."""
    with engine.begin() as connection:
        if inserted(connection, tables.setting, {"key": MARK, "value": "1"}):
            rebuild(connection)


def rebuild(connection: Connection) -> None:
    """Judges every basket anew, within the database: what waits is done with that."""
    take_turn(connection, OUTCOMES)
    connection.execute(delete(tables.outcome_pending))
    whole.fill(connection)


def _judge(connection: Connection, baskets: Collection[str]) -> None:
    summing.replace(connection, summing.kept(connection, baskets), judged(connection, baskets))


def _baskets(connection: Connection, ids: set[str]) -> set[str]:
    """That these ids are, or those of a person: their own, the stores' names of them, and all of who is a profile among
    them. Those that are no more are told by their own id alone."""
    persons = select(MEMBER.person).where(among(MEMBER.profile, ids))
    one_persons = select(MEMBER.profile).where(or_(MEMBER.person.in_(persons), among(MEMBER.person, ids)))
    profiles = ids | set(connection.scalars(one_persons.where(MEMBER.profile.is_not(None))))
    ways = (among(BASKET.shop_id, ids), among(BASKET.profile, profiles))
    return ids | set(connection.scalars(union(*(select(BASKET.id).where(way) for way in ways))))
