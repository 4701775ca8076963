"""The records that HQ holds, in the clear for as long as they are compared, and what is decided about them already."""

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection, select

from hq import people
from hq.alike.proposing import Proposal, proposals
from hq.alike.record import Record, record
from hq.identity import LASTING
from hq.store import tables

READ = 2_000
MEMBER, IDENTITY, KEY = tables.member.c, tables.identity.c, tables.person_key.c


def proposed(connection: Connection) -> list[Proposal]:
    """Without those that somebody has told apart."""
    whose = select(MEMBER.profile, MEMBER.person).where(MEMBER.profile.is_not(None))
    persons = {row.profile: row.person for row in connection.execute(whose)}
    listed = list(_listed(connection))
    known = {persons.get(one.profile, one.profile) for one in listed}
    records = [*listed, *(one for one in _written_to(connection) if persons.get(one.profile, one.profile) not in known)]
    apart = _told_apart(connection, persons)
    return [found for found in proposals(records, persons) if _between(found, persons) not in apart]


def _between(found: Proposal, persons: Mapping[str, str]) -> frozenset[str]:
    return frozenset(persons.get(one.profile, one.profile) for one in (found.one, found.other))


def _listed(connection: Connection) -> Iterator[Record]:
    """Of the retailer's list of customers."""
    row = tables.customer.c
    query = select(row.profile, row.value, KEY.key).join_from(
        tables.customer, tables.person_key, KEY.profile == row.profile
    )
    for found in connection.execute(query.execution_options(yield_per=READ)):
        words = msgspec.json.decode(people.decrypt(found.key, found.value), type=dict[str, str])
        yield record(found.profile, **words)


def _written_to(connection: Connection) -> Iterator[Record]:
    """By their mail addresses alone."""
    query = select(IDENTITY.profile, IDENTITY.value, KEY.key).join_from(
        tables.identity, tables.person_key, KEY.profile == IDENTITY.profile
    )
    query = query.where(IDENTITY.kind == "mail", IDENTITY.value != b"")
    for found in connection.execute(query.execution_options(yield_per=READ)):
        yield record(found.profile, mail=people.decrypt(found.key, found.value))


def _told_apart(connection: Connection, persons: Mapping[str, str]) -> set[frozenset[str]]:
    """Persons of whom somebody decided last that they are two."""
    ruling, one, other = tables.ruling.c, tables.identity.alias().c, tables.identity.alias().c
    query = select(one.profile, other.profile, ruling.together).where(
        one.digest == ruling.one,
        one.kind.in_(LASTING),
        other.digest == ruling.other,
        other.kind.in_(LASTING),
    )
    latest = {
        frozenset((persons.get(first, first), persons.get(second, second))): together
        for first, second, together in connection.execute(query.order_by(ruling.at, ruling.entry))
    }
    return {pair for pair, together in latest.items() if not together}
