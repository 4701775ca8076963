"""One-time codes of enrolment: 20 signs in groups of four, as `7KQ2-M9DX-0R4T-WBNC-HV3P`.

The first group names the code and crosses the line; the other four are 80 random bits that never do: they key the HMAC
of request and answer. HQ keeps only what is derived from them. A code lasts 15 minutes, five wrong tries, and one box.
"""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from hq.errors import InputError
from hq.store import tables
from sync import enrolling
from sync.topics import valid_store

LASTS = 15 * 60_000
"""Milliseconds."""
TRIES = 5
KEPT = 30 * 86_400_000
"""Milliseconds that used and expired codes are remembered, so that a second use is known for what it is."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code as HQ remembers it. Times in milliseconds since 1970."""

    id: str
    store: str
    key: bytes
    expires: int
    tries: int
    """Wrong ones so far."""
    request: str
    """Hash of the request that used it; "" while unused."""
    answer: str
    """What that request was answered; "" while unused."""


def new(connection: Connection, store: str, *, at: int) -> str:
    """A fresh code for `store`, whose earlier unused ones end. Raises InputError for what can't be a store's id."""
    if not valid_store(store):
        raise InputError(f"{store!r} can't be a store's id: use 1 to 32 of a-z, 0-9 and -.")
    code = tables.enrol_code.c
    connection.execute(delete(tables.enrol_code).where(code.expires < at - KEPT))
    end(connection, store)
    taken = set(connection.scalars(select(code.id)))
    made = _fresh(taken)
    row = {"id": made[:4], "store": store, "key": enrolling.key_of(made), "expires": at + LASTS, "made": at}
    connection.execute(tables.enrol_code.insert().values(row | {"tries": 0, "request": "", "answer": ""}))
    return enrolling.in_groups(made)


def find(connection: Connection, id_: str) -> Code | None:
    row = connection.execute(select(tables.enrol_code).where(tables.enrol_code.c.id == id_)).one_or_none()
    if row is None:
        return None
    return Code(
        id=row.id,
        store=row.store,
        key=bytes(row.key),
        expires=row.expires,
        tries=row.tries,
        request=row.request,
        answer=row.answer,
    )


def wrong(connection: Connection, code: Code) -> None:
    """One more wrong try."""
    column = tables.enrol_code.c
    connection.execute(update(tables.enrol_code).where(column.id == code.id).values(tries=column.tries + 1))


def use(connection: Connection, code: Code, *, request: str, answer: str, at: int) -> bool:
    """Whether this request is the one that uses the code up: of two at the same moment, one; none where it has ended
    meanwhile."""
    column = tables.enrol_code.c
    wanted = update(tables.enrol_code).where(column.id == code.id, column.request == "", column.expires > at)
    return connection.execute(wanted.values(request=request, answer=answer)).rowcount == 1


def end(connection: Connection, store: str) -> None:
    """The unused codes of `store` hold no longer."""
    code = tables.enrol_code.c
    connection.execute(update(tables.enrol_code).where(code.store == store, code.request == "").values(expires=0))


def _fresh(taken: set[str]) -> str:
    while (made := "".join(secrets.choice(enrolling.ALPHABET) for _ in range(enrolling.LENGTH)))[:4] in taken:
        pass
    return made
