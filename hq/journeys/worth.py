"""What a journey is worth: how many of those it wrote to bought something within some days, beside its control group.

Both are judged by the same rules up to the last moment, and differ in nothing but the message. Everybody counts once,
by their first, whichever of their profiles it went to.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, func, or_, select

from hq.insight.difference import Difference, Share
from hq.journeys.rules import DAY
from hq.linking.person import MEMBER, person_of
from hq.store import tables

SENT, CONTROL = "sent", "control"
_MAIL, _ORDER = tables.mail.c, tables.order_line.c


@dataclass(frozen=True, kw_only=True)
class Worth:
    journey: str
    days: int
    difference: Difference


def worth(connection: Connection, journey: str, *, days: int, now: int) -> Worth:
    """Of people whose `days` are over."""
    shares = {state: _share(connection, journey, state, days, now) for state in (SENT, CONTROL)}
    return Worth(journey=journey, days=days, difference=Difference(with_it=shares[SENT], without=shares[CONTROL]))


def _share(connection: Connection, journey: str, state: str, days: int, now: int) -> Share:
    """By `due`, which is when the message was judged, a few minutes more: of those kept out nothing else is known, and
    for both it is the same."""
    person = person_of(_MAIL.profile)
    first = (
        select(person.label("person"), func.min(_MAIL.due).label("at"))
        .where(_MAIL.kind == journey, _MAIL.state == state)
        .group_by(person)
        .having(func.min(_MAIL.due) <= now - days * DAY)
        .subquery()
    )
    later = and_(_ORDER.at > first.c.at, _ORDER.at <= first.c.at + days * DAY)
    others = select(MEMBER.profile).where(MEMBER.person == first.c.person, MEMBER.profile.is_not(None))
    others = others.correlate_except(tables.member)  # the person is that of the query around
    bought = or_(
        *(
            exists().where(theirs, _ORDER.quantity > 0, later)
            for theirs in (_ORDER.profile == first.c.person, _ORDER.profile.in_(others))
        )
    )
    whole = connection.scalar(select(func.count()).select_from(first)) or 0
    part = connection.scalar(select(func.count()).select_from(first).where(bought)) or 0
    return Share(part=part, whole=whole)
