"""Tokens of doors: who has one may bring files of some kinds, of one store or of all. HQ keeps only their hash.

tote-hq doors open --store tartu     -> td-4f0c91aa-…; stock and sales of that store
Authorization: Bearer td-4f0c91aa-…
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hq.errors import InputError
from hq.importers.format import KINDS, SALES, STOCK
from hq.store import tables
from sync.topics import valid_store

OF_A_STORE = (STOCK, SALES)
"""What one store may bring; the rest is of all stores."""
SEEN_EVERY = 60_000
"""Milliseconds between two notes that a door was used."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Times in milliseconds since 1970; `used` and `ended` None for never."""

    id: str
    store: str
    feeds: tuple[str, ...]
    note: str
    made: int
    used: int | None
    ended: int | None


def new(connection: Connection, *, store: str, feeds: Sequence[str], note: str, at: int) -> tuple[Door, str]:
    """A door and its token, which is told this once. Raises InputError."""
    wanted = tuple(dict.fromkeys(feeds)) or (OF_A_STORE if store else KINDS)
    possible = OF_A_STORE if store else KINDS
    if wrong := [feed for feed in wanted if feed not in possible]:
        raise InputError(f"{wrong[0]!r} can't come in by it; possible are {', '.join(possible)}.")
    if store and not valid_store(store):
        raise InputError(f"{store!r} can't be a store's id: use 1 to 32 of a-z, 0-9 and -.")
    id_ = secrets.token_hex(4)
    token = f"td-{id_}-{secrets.token_urlsafe(32)}"
    row = {"id": id_, "digest": _digest(token), "store": store, "feeds": ",".join(wanted), "note": note[:200]}
    connection.execute(tables.door.insert().values(row | {"made": at}))
    return Door(id=id_, store=store, feeds=wanted, note=note[:200], made=at, used=None, ended=None), token


def find(connection: Connection, token: str) -> Door | None:
    """The door that this token opens, None where it opens none (any more)."""
    parts = token.split("-", 2)
    if len(parts) != 3 or parts[0] != "td":
        return None
    row = connection.execute(select(tables.door).where(tables.door.c.id == parts[1][:8])).first()
    if row is None or row.ended is not None or not compare_digest(row.digest, _digest(token)):
        return None
    return _door(row)


def used(connection: Connection, door: Door, *, at: int) -> None:
    connection.execute(update(tables.door).where(tables.door.c.id == door.id).values(used=at))


def end(connection: Connection, id_: str, *, at: int) -> None:
    """Raises InputError where there is no such open door."""
    door = tables.door.c
    ended = update(tables.door).where(door.id == id_, door.ended.is_(None)).values(ended=at)
    if connection.execute(ended).rowcount != 1:
        raise InputError(f"There is no open door {id_!r}: tote-hq doors list shows them.")


def doors(connection: Connection) -> list[Door]:
    """The open ones first, the latest made first."""
    rows = connection.execute(select(tables.door).order_by(tables.door.c.made.desc(), tables.door.c.id)).all()
    return sorted(map(_door, rows), key=lambda door: door.ended is not None)


def _door(row: Row[Any]) -> Door:
    feeds = tuple(row.feeds.split(","))
    return Door(id=row.id, store=row.store, feeds=feeds, note=row.note, made=row.made, used=row.used, ended=row.ended)


def _digest(token: str) -> str:
    """Of 256 random bits: no slow hash is needed."""
    return sha256(token.encode(errors="replace")).hexdigest()
