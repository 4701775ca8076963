"""Whose profiles, for everybody at once: what `hq.linking.person` says of one person, as a part of a query."""

from sqlalchemy import CTE, exists, func, select, union

from hq.linking.person import MEMBER
from hq.store import tables
from hq.store.many import within

_ID = tables.profile.c.id
PERSONS = "its_persons"
"""The parameter that names whom a query is about."""


def whose(*, some: bool = False) -> CTE:
    """`profile` and the `person` it belongs to, each profile once: of everybody, or of PERSONS alone."""
    if not some:
        known = select(MEMBER.profile, func.min(MEMBER.person).label("person")).where(MEMBER.profile.is_not(None))
        member = known.group_by(MEMBER.profile).subquery()
        person = func.coalesce(member.c.person, _ID).label("person")
        joined = select(_ID.label("profile"), person).outerjoin(member, member.c.profile == _ID)
        return joined.cte("whose")
    merged = select(MEMBER.profile, MEMBER.person).where(within(MEMBER.person, PERSONS), MEMBER.profile.is_not(None))
    alone = select(_ID.label("profile"), _ID.label("person")).where(
        within(_ID, PERSONS), ~exists().where(MEMBER.profile == _ID)
    )
    return union(merged, alone).cte("whose")
