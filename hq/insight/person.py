"""One person: who they are as far as a colleague needs to see it, and the list of all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, exists, select

from hq import people
from hq.audience.whose import PERSONS, whose
from hq.identity import masked
from hq.insight.shown import shown
from hq.linking.person import MEMBER, standing
from hq.people import Answer, Identity
from hq.store import tables
from hq.store.many import among


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
    return persons(connection, connection.scalars(query).all())


def person(connection: Connection, profile: str) -> Person | None:
    """Whichever of the person's profiles is named."""
    return next(iter(persons(connection, [standing(connection, profile)])), None)


def persons(connection: Connection, stands: Sequence[str]) -> list[Person]:
    """Those of them that there are, each by the profile that stands for them, in that order. It takes as many
    statements for a hundred as for one."""
    rows = _profiles(connection, stands)
    person_of = {row.id: row.person for row in rows}
    known = _grouped(person_of, people.identities_where(connection, among(tables.identity.c.profile, person_of)))
    given = _grouped(person_of, people.answers_where(connection, among(tables.consent.c.profile, person_of)))
    barred, sent, bare = _barred(connection, person_of), _sent(connection, person_of), _bare(connection, stands)
    found = []
    for one in stands:
        theirs = [row for row in rows if row.person == one]
        standing_row = next((row for row in theirs if row.id == one), None)
        if standing_row is None:
            continue
        mails = [masked(each.kind, each.value) for each in known[one] if each.kind in ("mail", "phone")]
        found.append(
            Person(
                id=one,
                created=shown(min(row.created for row in theirs)),
                profiles=len(theirs),
                language=standing_row.language,
                control=standing_row.control,
                mail=mails[-1] if mails else "",
                identities=(*(each.kind for each in known[one]), *bare[one]),
                marketing=people.allowed(given[one], "marketing"),
                profiling=people.allowed(given[one], "profiling"),
                barred=frozenset(barred[one]),
                baskets=len(sent[one]),
                last_sent=shown(max(sent[one])) if sent[one] else None,
            )
        )
    return found


Told = TypeVar("Told", Identity, Answer)


def _grouped(person_of: Mapping[str, str], told: Iterable[Told]) -> dict[str, list[Told]]:
    """By person, in the order in which they come."""
    grouped = defaultdict[str, list[Told]](list)
    for one in told:
        grouped[person_of[one.profile]].append(one)
    return grouped


def _profiles(connection: Connection, stands: Sequence[str]) -> Sequence[Any]:
    """All profiles of these persons, each with the `person` it belongs to."""
    theirs, row = whose(some=True), tables.profile.c
    query = select(row.id, row.created, row.language, row.control, theirs.c.person)
    return connection.execute(query.join(theirs, theirs.c.profile == row.id), {PERSONS: list(stands)}).all()


def _barred(connection: Connection, person_of: Mapping[str, str]) -> dict[str, set[str]]:
    own, held = tables.identity.c, tables.suppression.c
    query = select(own.profile, held.reason).join(tables.suppression, held.digest == own.digest)
    barred = defaultdict[str, set[str]](set)
    for row in connection.execute(query.where(own.kind == "mail", among(own.profile, person_of))):
        barred[person_of[row.profile]].add(row.reason)
    return barred


def _sent(connection: Connection, person_of: Mapping[str, str]) -> dict[str, list[int]]:
    """When their baskets were sent."""
    basket, sent = tables.basket.c, defaultdict[str, list[int]](list)
    query = select(basket.profile, basket.sent).where(among(basket.profile, person_of))
    for profile, at in connection.execute(query):
        sent[person_of[profile]].append(at)
    return sent


def _bare(connection: Connection, stands: Sequence[str]) -> dict[str, list[str]]:
    """The kinds of identities of which HQ knows the hash alone."""
    query = select(MEMBER.person, MEMBER.kind).where(among(MEMBER.person, stands), MEMBER.profile.is_(None))
    bare = defaultdict[str, list[str]](list)
    for person_, kind in connection.execute(query.order_by(MEMBER.kind, MEMBER.digest)):
        bare[person_].append(kind)
    return bare
