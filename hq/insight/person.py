"""One person: who they are as far as a colleague needs to see it, and the list of all of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from hq import people
from hq.identity import masked
from hq.insight.shown import shown
from hq.linking.person import MEMBER, bare, profiles_of, standing
from hq.store import tables


@dataclass(frozen=True, kw_only=True)
class Person:
    id: str
    created: int
    language: str
    control: bool
    mail: str
    """Or phone number, most of it hidden; "" without one."""
    identities: tuple[str, ...]
    """Their kinds: "mail", "cookie" …"""
    profiles: int
    """How many are theirs: one, or those that were merged."""
    marketing: bool
    profiling: bool
    barred: frozenset[str]
    baskets: int
    last_sent: int | None


def everybody(connection: Connection, limit: int = 100) -> list[Person]:
    """The latest made first; of several profiles that are one person's, the one that stands for them."""
    another = exists().where(MEMBER.profile == tables.profile.c.id, MEMBER.person != tables.profile.c.id)
    query = (
        select(tables.profile.c.id)
        .where(~another)
        .order_by(tables.profile.c.created.desc(), tables.profile.c.id)
        .limit(limit)
    )
    found = (person(connection, profile) for profile in connection.scalars(query).all())
    return [one for one in found if one]


def person(connection: Connection, profile: str) -> Person | None:
    """Whichever of the person's profiles is named."""
    stands = standing(connection, profile)
    row = connection.execute(select(tables.profile).where(tables.profile.c.id == stands)).first()
    if row is None:
        return None
    known = people.identities(connection, profile)
    given = people.answers(connection, profile)
    mails = [masked(one.kind, one.value) for one in known if one.kind in ("mail", "phone")]
    basket, (profiles_, first) = tables.basket.c, _profiles(connection, profile)
    sent = select(func.count(), func.max(basket.sent))
    count, last = connection.execute(sent.where(basket.profile.in_(profiles_of(profile)))).one()
    return Person(
        id=row.id,
        created=shown(first),
        profiles=profiles_,
        language=row.language,
        control=row.control,
        mail=mails[-1] if mails else "",
        identities=(*(one.kind for one in known), *(kind for kind, _ in bare(connection, profile))),
        marketing=people.allowed(given, "marketing"),
        profiling=people.allowed(given, "profiling"),
        barred=frozenset(people.suppressions(connection, profile)),
        baskets=count,
        last_sent=None if last is None else shown(last),
    )


def _profiles(connection: Connection, profile: str) -> tuple[int, int]:
    """How many, and when the first of them was made."""
    row = tables.profile.c
    query = select(func.count(), func.min(row.created)).where(row.id.in_(profiles_of(profile)))
    count, first = connection.execute(query).one()
    return count, first
