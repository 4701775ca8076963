"""Being signed in: a random token in a cookie, of which HQ keeps the hash. Ends half an hour after the last page, and
half a day after signing in."""

import secrets
from hashlib import sha256

from sqlalchemy import Connection, delete, or_, select, update

from hq.accounts.accounts import Account, named
from hq.store import tables

IDLE, LONGEST = 30 * 60_000, 12 * 3_600_000
NOTED = 60_000
"""Milliseconds between two notes that somebody is still there."""
_SESSION = tables.session.c


def begin(connection: Connection, account: str, *, at: int) -> str:
    """The token."""
    connection.execute(delete(tables.session).where(or_(_SESSION.seen <= at - IDLE, _SESSION.since <= at - LONGEST)))
    token = secrets.token_urlsafe(32)
    row = {"digest": _digest(token), "account": account, "since": at, "seen": at}
    connection.execute(tables.session.insert().values(row))
    return token


def find(connection: Connection, token: str, *, at: int) -> tuple[Account | None, bool]:
    """Whose it is, None where it is nobody's or has ended; and whether it wants to be noted that they are there."""
    alive = (_SESSION.digest == _digest(token), _SESSION.seen > at - IDLE, _SESSION.since > at - LONGEST)
    row = connection.execute(select(tables.session).where(*alive)).first()
    if row is None:
        return None, False
    return named(connection, row.account), row.seen <= at - NOTED


def note(connection: Connection, token: str, *, at: int) -> None:
    connection.execute(update(tables.session).where(_SESSION.digest == _digest(token)).values(seen=at))


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(tables.session).where(_SESSION.digest == _digest(token)))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
