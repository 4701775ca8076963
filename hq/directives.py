"""What HQ tells single stores to do: a feed for each of them, of which only what is still of use is kept.

A directive is entered in the transaction of what it follows from, under the next number of its store, and told
(`hq.directing`) until the store's log says that it is carried out. Its id derives from what it follows from, so that a
restored HQ, which hears all of that again, directs the same under the same id, and its box does nothing twice.
"""

from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from edge.domain.directives import Directive as Meant
from hq.store.insert import insert_new, put
from hq.store.tables import directive, directive_head, feed_position, setting
from sync.codec import DIRECTIVES, Directive

Version = tuple[int, int]
KEPT = 60 * 86_400_000
"""Milliseconds for which a directive is kept that was carried out, for a box that is replaced."""
_D = directive.c


def direct(connection: Connection, store: str, meant: Meant, *, id: str, subject: str, at: int) -> None:  # noqa: A002
    """`store` is to carry out `meant`, which takes the place of an earlier one of its kind about `subject`. To direct
    the same `id` twice is to direct it once; `at` in milliseconds since 1970."""
    if connection.scalar(select(_D.id).where(_D.id == id)) is not None:
        return
    kind = type(meant).__name__
    n = _next(connection, store)  # its row is locked from here on: nobody commits a higher number before this one
    withdraw(connection, store, type(meant), subject)
    row = {"id": id, "store": store, "epoch": _epoch(connection), "n": n, "kind": kind, "subject": subject}
    body = msgspec.json.encode(meant).decode()
    connection.execute(insert(directive).values(**row, body=body, taken=False, at=at))


def withdraw(connection: Connection, store: str, kind: type[Meant], subject: str) -> None:
    """It is of no use any more. Whether its box has carried it out already is another question."""
    named = (_D.store == store, _D.kind == kind.__name__, _D.subject == subject)
    connection.execute(delete(directive).where(*named))


def taken(connection: Connection, store: str, version: Version, *, at: int) -> None:
    """The store's log says that it has carried out all up to `version`: less than it said before, where its box was
    replaced or put back."""
    if position(connection, store) != version:
        row = {"store": store, "feed": DIRECTIVES, "epoch": version[0], "n": version[1], "since": at}
        put(connection, feed_position, row)
    mine, up_to = _D.store == store, _up_to(version)
    connection.execute(update(directive).where(mine, up_to, _D.taken.is_(False)).values(taken=True))
    connection.execute(update(directive).where(mine, ~up_to, _D.taken.is_(True)).values(taken=False))


def position(connection: Connection, store: str) -> Version:
    """How far the store has said to be."""
    known = feed_position.c
    query = select(known.epoch, known.n).where(known.store == store, known.feed == DIRECTIVES)
    row = connection.execute(query).first()
    return (row.epoch, row.n) if row else (0, 0)


def beyond(connection: Connection, store: str, version: Version, most: int) -> list[Directive]:
    """The first of those that the store lacks, in their order."""
    query = select(_D.id, _D.epoch, _D.n, _D.kind, _D.body).where(_D.store == store, ~_up_to(version))
    rows = connection.execute(query.order_by(_D.epoch, _D.n).limit(most))
    return [Directive(row.id, row.epoch, row.n, row.kind, row.body) for row in rows]


def subjects(connection: Connection, store: str, ids: Collection[str]) -> list[str]:
    """What these directives to `store` are about."""
    return list(connection.scalars(select(_D.subject).where(_D.store == store, _D.id.in_(ids))))


def is_old(connection: Connection, *, now: int) -> bool:
    """Whether any is kept for longer than need be."""
    return connection.scalar(select(_D.id).where(*_old(now)).limit(1)) is not None


def forget(connection: Connection, *, now: int) -> None:
    connection.execute(delete(directive).where(*_old(now)))


def _old(now: int) -> tuple[ColumnElement[bool], ...]:
    return _D.taken.is_(True), _D.at < now - KEPT


def _up_to(version: Version) -> ColumnElement[bool]:
    return or_(_D.epoch < version[0], and_(_D.epoch == version[0], _D.n <= version[1]))


def _next(connection: Connection, store: str) -> int:
    insert_new(connection, directive_head, [{"store": store, "n": 0}])
    head = directive_head.c
    raised = update(directive_head).where(head.store == store).values(n=head.n + 1).returning(head.n)
    return int(connection.execute(raised).scalar_one())


def _epoch(connection: Connection) -> int:
    return int(connection.scalar(select(setting.c.value).where(setting.c.key == "epoch")) or 1)
