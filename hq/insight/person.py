"""One person: who they are as far as a colleague needs to see it, and the list of all of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hq import people
from hq.identity import masked
from hq.insight.shown import shown
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
    marketing: bool
    profiling: bool
    barred: frozenset[str]
    baskets: int
    last_sent: int | None


def everybody(connection: Connection, limit: int = 100) -> list[Person]:
    """The latest made first."""
    query = select(tables.profile.c.id).order_by(tables.profile.c.created.desc(), tables.profile.c.id).limit(limit)
    found = (person(connection, profile) for profile in connection.scalars(query).all())
    return [one for one in found if one]


def person(connection: Connection, profile: str) -> Person | None:
    row = connection.execute(select(tables.profile).where(tables.profile.c.id == profile)).first()
    if row is None:
        return None
    known = people.identities(connection, profile)
    given = people.answers(connection, profile)
    mails = [masked(one.kind, one.value) for one in known if one.kind in ("mail", "phone")]
    basket = tables.basket.c
    count, last = connection.execute(select(func.count(), func.max(basket.sent)).where(basket.profile == profile)).one()
    return Person(
        id=row.id,
        created=shown(row.created),
        language=row.language,
        control=row.control,
        mail=mails[-1] if mails else "",
        identities=tuple(identity.kind for identity in known),
        marketing=people.allowed(given, "marketing"),
        profiling=people.allowed(given, "profiling"),
        barred=frozenset(people.suppressions(connection, profile)),
        baskets=count,
        last_sent=None if last is None else shown(last),
    )
