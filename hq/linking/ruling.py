"""Somebody at HQ decides who is one person: journalled with the reason and who it was, and undone by deciding again.

A ruling is about identities, each of one person with each of another, so that it means the same in an HQ that was
restored and hears of their profiles only later.
"""

import logging
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from hq.errors import InputError
from hq.journal import Entry, Kind
from hq.linking.person import digests_of, profiles, standing
from hq.linking.regrouping import regrouping
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.many import among

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)
RULING = tables.ruling.c


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """One decision, for whoever looks what was decided about a person."""

    at: int
    together: bool
    profiles: tuple[str, ...]
    by: str
    reason: str


def merge(hq: "Hq", one: str, other: str, *, reason: str, by: str) -> str:
    """The persons of these two profiles are one, until somebody splits them. Returns the profile that stands for them
    now. Raises InputError where they are one already."""
    _decide(hq, "merged", *_persons(hq, one, other), reason=reason, by=by)
    with hq.reading() as connection:
        return standing(connection, one)


def tell_apart(hq: "Hq", one: str, other: str, *, reason: str, by: str) -> None:
    """They only look alike. Raises InputError where they are one person: then `split` is meant."""
    _decide(hq, "parted", *_persons(hq, one, other), reason=reason, by=by)


def split(hq: "Hq", profile: str, *, reason: str, by: str) -> list[str]:
    """`profile` is another person than those it was one with: their ids. Whatever linked them does so no more, and each
    keeps what its own identity brought. Raises InputError for a person of one profile."""
    with hq.reading() as connection:
        others = [one for one in profiles(connection, profile) if one != profile]
    if not others:
        raise InputError(f"Profile {profile} is one person's and nobody else's: there is nothing to split.")
    _decide(hq, "parted", [profile], others, reason=reason, by=by)
    return others


def rulings(connection: Connection, profile: str) -> list[Ruled]:
    """What was decided about the person, the oldest first."""
    entry = tables.decision.c
    named = select(RULING.entry).where(among(RULING.one, digests_of(connection, profile)))
    query = select(entry.at, entry.kind, entry.body).where(entry.id.in_(named)).order_by(entry.at, entry.id)
    return [_ruled(row.at, row.kind, msgspec.json.decode(row.body)) for row in connection.execute(query)]


def apply(connection: Connection, entry: Entry) -> None:
    """The effect of "merged" and "parted"."""
    pairs = list(product(entry.body["one"], entry.body["others"]))
    row = {"entry": entry.id, "together": entry.kind == "merged", "at": entry.at}
    with regrouping(connection, {digest for pair in pairs for digest in pair}):
        both = [*pairs, *((other, one) for one, other in pairs)]
        insert_new(connection, tables.ruling, [row | {"one": one, "other": other} for one, other in both])


def _persons(hq: "Hq", one: str, other: str) -> tuple[list[str], list[str]]:
    with hq.reading() as connection:
        first, second = profiles(connection, one), profiles(connection, other)
    if first == second:
        raise InputError(f"They are one person already: profile {first[0]}. `tote-hq profile split` undoes that.")
    return first, second


def _decide(hq: "Hq", kind: Kind, one: list[str], others: list[str], *, reason: str, by: str) -> None:
    from hq import decisions  # whose effects these are

    with hq.reading() as connection:
        mine, theirs = _identities(connection, one), _identities(connection, others)
        latest = connection.scalar(select(func.max(RULING.at)).where(among(RULING.one, mine + theirs)))
    body = {"one": mine, "others": theirs, "profiles": [*one, *others], "reason": reason, "by": by}
    decisions.carry_out(hq, hq.journal.append(kind, one[0], since=1 + (latest or 0), **body))
    log.info("profiles %s: %s by %s", ", ".join(body["profiles"]), kind, by)


def _identities(connection: Connection, those: list[str]) -> list[str]:
    row = tables.identity.c
    lasting = select(row.digest).where(row.profile.in_(those), row.kind != "cookie")
    return sorted(connection.scalars(lasting))


def _ruled(at: int, kind: str, body: dict[str, Any]) -> Ruled:
    return Ruled(
        at=at, together=kind == "merged", profiles=tuple(body["profiles"]), by=body["by"], reason=body["reason"]
    )
