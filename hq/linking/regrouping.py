"""Keeps the table `member` true: whoever changes links, rulings or profiles does it within `regrouping`.

Only the neighbourhood of what changed is looked at, through identities that link: what thousands were named with links
nobody, and is not followed.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, delete, exists, func, or_, select

from hq.buyers import assign
from hq.identity import LASTING
from hq.linking.grouping import FEWEST, Identities, Pair, groups, is_too_many
from hq.recurring import Recurring
from hq.store import tables
from hq.store.engine import reading
from hq.store.many import add_rows, among

if TYPE_CHECKING:
    from hq.service import Hq

LINK, RULING, MEMBER, IDENTITY = tables.link.c, tables.ruling.c, tables.member.c, tables.identity.c
AT_ONCE = 500
POLL = 60.0


@contextmanager
def regrouping(connection: Connection, touched: Collection[str]) -> Iterator[None]:
    """What is changed within about the identities of these digests takes effect at its end."""
    _one_at_a_time(connection)
    before = _around(connection, set(touched))
    yield
    regroup(connection, before | set(touched))


def regroup(connection: Connection, touched: Collection[str]) -> None:
    """Computes anew who is one person, of these identities and all that they may be linked with."""
    _one_at_a_time(connection)
    there = _around(connection, set(touched))
    given = _identities(connection, there)
    some = tied(connection, there)
    rows = [row for group in groups(given) for row in _members(group, given, some)]
    member = MEMBER.digest
    held = select(tables.member).where(among(member, there))
    stands = {row.digest: tuple(row) for row in connection.execute(held)}
    wanted = {row[0]: row for row in rows}
    changed = {digest for digest in there if stands.get(digest) != wanted.get(digest)}
    if not changed:
        return
    connection.execute(delete(tables.member).where(among(member, changed)))
    add_rows(connection, tables.member, [wanted[digest] for digest in sorted(changed & wanted.keys())])
    _own_orders(connection, changed)


def grouper(hq: "Hq", *, poll: float = POLL) -> Recurring:
    return Recurring("people", (partial(catch_up, hq.engine), "people wait to be grouped"), poll=poll)


def catch_up(engine: Engine) -> None:
    """Groups who was linked and never grouped: by a migration, or by two transactions of one moment."""
    with reading(engine) as connection:
        waiting = list(connection.scalars(_ungrouped()))
    for begin in range(0, len(waiting), AT_ONCE):
        with engine.begin() as connection:
            regroup(connection, waiting[begin : begin + AT_ONCE])


def _ungrouped() -> Any:
    grouped = exists().where(MEMBER.digest == IDENTITY.digest)
    named = select(IDENTITY.digest).join(tables.link, (IDENTITY.kind == LINK.one_kind) & (IDENTITY.digest == LINK.one))
    return named.where(~grouped).distinct()


def _linked(digests: Collection[str]) -> Any:
    return select(LINK.one).where(among(LINK.one, digests)).distinct()


def tied(connection: Connection, digests: Collection[str]) -> set[str]:
    """Which of these were named, or decided about, together with others."""
    ruled = select(RULING.one).where(among(RULING.one, digests)).distinct()
    return {*connection.scalars(_linked(digests)), *connection.scalars(ruled)}


def _one_at_a_time(connection: Connection) -> None:
    """SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        setting = tables.setting.c.key
        connection.execute(select(setting).where(setting == "instance").with_for_update())


def _around(connection: Connection, digests: set[str]) -> set[str]:
    """With all that these may be one person with."""
    found, fresh = set(digests), set(digests)
    while fresh:
        follow = fresh - _shared(connection, fresh)
        beside = set(connection.scalars(select(LINK.other).where(among(LINK.one, follow)))) if follow else set()
        beside |= set(connection.scalars(select(RULING.other).where(among(RULING.one, fresh))))
        beside |= _of_same_profile(connection, fresh)
        fresh = beside - found
        found |= fresh
    return found


def _shared(connection: Connection, digests: Collection[str]) -> set[str]:
    count = func.count().label("named")
    many = select(LINK.one, LINK.one_kind, count).where(among(LINK.one, digests))
    found = many.group_by(LINK.one, LINK.one_kind, LINK.other_kind).having(count > FEWEST)
    return {row.one for row in connection.execute(found) if is_too_many(row.one_kind, row.named)}


def _of_same_profile(connection: Connection, digests: Collection[str]) -> set[str]:
    lasting = IDENTITY.kind.in_(LASTING)
    theirs = select(IDENTITY.profile).where(among(IDENTITY.digest, digests), lasting)
    return set(connection.scalars(select(IDENTITY.digest).where(IDENTITY.profile.in_(theirs), lasting)))


def _identities(connection: Connection, digests: set[str]) -> Identities:
    known = select(IDENTITY.digest, IDENTITY.kind, IDENTITY.profile)
    rows = connection.execute(known.where(among(IDENTITY.digest, digests), IDENTITY.kind.in_(LASTING))).all()
    too_many = _shared(connection, digests)
    named = select(LINK.one, LINK.other, LINK.one_kind).where(among(LINK.one, digests - too_many))
    links = connection.execute(named).all()
    some = select(LINK.one, LINK.one_kind).where(among(LINK.one, digests)).distinct()
    kinds = {row.one: row.one_kind for row in connection.execute(some)}
    return Identities(
        kinds=kinds | {row.digest: row.kind for row in rows},
        profiles={row.digest: row.profile for row in rows},
        links=[(row.one, row.other) for row in links if row.other in digests],
        rulings=_rulings(connection, digests),
        shared=frozenset(too_many),
    )


def _rulings(connection: Connection, digests: Collection[str]) -> dict[Pair, bool]:
    """The latest of each pair."""
    query = select(tables.ruling).where(among(RULING.one, digests)).order_by(RULING.at, RULING.entry)
    return {(row.one, row.other): row.together for row in connection.execute(query)}


def _members(group: frozenset[str], given: Identities, some: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of `member`; none where nobody is known yet, or nothing speaks of any other identity."""
    theirs = [given.profiles[one] for one in group if one in given.profiles]
    if theirs and not group.isdisjoint(some):
        for one in group:
            yield one, given.kinds[one], given.profiles.get(one), min(theirs)


def _own_orders(connection: Connection, digests: Collection[str]) -> None:
    order = tables.order_line.c
    named = [among(column, digests) for column in (order.buyer, order.card, order.phone, order.customer)]
    assign(connection, or_(*named))
