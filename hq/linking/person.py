"""Whose profiles: a person is one profile, or several that are one person's."""

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, union_all

from hq.store import tables

MEMBER = tables.member.c


def profiles_of(profile: str) -> "Select[str]":
    """The ids of all profiles of the person whom `profile` belongs to, itself among them."""
    person = select(MEMBER.person).where(MEMBER.profile == profile).limit(1).scalar_subquery()
    others = select(MEMBER.profile).where(MEMBER.person == person, MEMBER.profile.is_not(None))
    return select(union_all(select(literal(profile).label("profile")), others).subquery().c.profile)


def profiles(connection: Connection, profile: str) -> list[str]:
    """As `profiles_of`, in the order of the ids: the first stands for the person."""
    return sorted(set(connection.scalars(profiles_of(profile))))


def standing(connection: Connection, profile: str) -> str:
    """The profile that stands for the person whom `profile` belongs to: the same whichever of theirs is asked about."""
    return connection.scalar(select(MEMBER.person).where(MEMBER.profile == profile).limit(1)) or profile


def person_of(profile: ColumnElement[str]) -> ColumnElement[str]:
    """As `standing`, of a column: people are counted, not profiles. However deep it stands, the column's row is that of
    the query around it."""
    person = select(MEMBER.person).where(MEMBER.profile == profile).limit(1)
    return func.coalesce(person.correlate_except(tables.member).scalar_subquery(), profile)


def bare(connection: Connection, profile: str) -> list[tuple[str, str]]:
    """Kind and digest of the person's identities of which HQ knows the hash alone: orders named them."""
    known = MEMBER.person == standing(connection, profile)
    query = select(MEMBER.kind, MEMBER.digest).where(known, MEMBER.profile.is_(None))
    return [(row.kind, row.digest) for row in connection.execute(query.order_by(MEMBER.kind, MEMBER.digest))]


def named(connection: Connection, profile: str, kind: str) -> list[str]:
    """The keyed hashes of the person's identities of one kind ("mail", "card" …)."""
    row = tables.identity.c
    of_kind = row.kind.concat("") == kind  # as it is, SQLite would go through everybody's by the kind, by its key
    query = select(row.digest).where(row.profile.in_(profiles_of(profile)), of_kind)
    return list(connection.scalars(query.order_by(row.digest)))


def digests_of(connection: Connection, profile: str) -> list[str]:
    """Of all the person's identities but cookies, which lead to a browser."""
    row = tables.identity.c
    known = select(row.digest).where(row.profile.in_(profiles_of(profile)), row.kind != "cookie")
    return sorted({*connection.scalars(known), *(digest for _, digest in bare(connection, profile))})
