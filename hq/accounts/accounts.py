"""The accounts themselves, and signing in with one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from hq.accounts import passwords
from hq.accounts.roles import ROLES
from hq.errors import InputError
from hq.store import tables

NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")
_ACCOUNT = tables.account.c


@dataclass(frozen=True, kw_only=True)
class Account:
    name: str
    roles: tuple[str, ...]
    since: int
    """In ms since 1970."""
    used: int | None
    """When somebody last signed in with it."""


def accounts(connection: Connection) -> list[Account]:
    return [_account(row) for row in connection.execute(select(tables.account).order_by(_ACCOUNT.name))]


def are_there(connection: Connection) -> bool:
    return connection.scalar(select(_ACCOUNT.name).limit(1)) is not None


def named(connection: Connection, name: str) -> Account | None:
    row = connection.execute(select(tables.account).where(_ACCOUNT.name == name)).first()
    return _account(row) if row else None


def add(connection: Connection, name: str, roles: Iterable[str], *, at: int) -> str:
    """Returns the password, which is kept nowhere. Raises InputError."""
    if not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name of an account: 1 to 32 of a-z, 0-9, '.', '_' and '-', a letter first.")
    if named(connection, name):
        raise InputError(f"There is an account {name} already. A new password: tote-hq account renew {name}")
    password = passwords.drawn()
    row = {"name": name, "roles": _listed(roles), "password": passwords.hashed(password), "since": at}
    connection.execute(tables.account.insert().values(row))
    return password


def renew(connection: Connection, name: str) -> str:
    """A new password; whoever is signed in with the old one is out."""
    _must_be(connection, name)
    password = passwords.drawn()
    _change(connection, name, password=passwords.hashed(password))
    _sign_out(connection, name)
    return password


def give_roles(connection: Connection, name: str, roles: Iterable[str]) -> None:
    """These and no others, from the next page on."""
    _must_be(connection, name)
    _change(connection, name, roles=_listed(roles))


def end(connection: Connection, name: str) -> None:
    """It opens nothing any more, from the next page on. The last one is not ended: without any, everybody at this
    machine would be let in again."""
    _must_be(connection, name)
    if len(accounts(connection)) == 1:
        raise InputError(f"{name} is the only account: add another first, or HQ's pages would ask nobody who it is.")
    _sign_out(connection, name)
    connection.execute(delete(tables.account).where(_ACCOUNT.name == name))


def signed_in(connection: Connection, name: str, password: str) -> Account | None:
    """The account, where the password is its. Raises `passwords.Busy`."""
    kept = connection.scalar(select(_ACCOUNT.password).where(_ACCOUNT.name == name))
    return named(connection, name) if passwords.is_right(password, kept) else None


def note_use(connection: Connection, name: str, at: int) -> None:
    _change(connection, name, used=at)


def _account(row: Row[Any]) -> Account:
    return Account(name=row.name, roles=tuple(row.roles.split()), since=row.since, used=row.used)


def _listed(roles: Iterable[str]) -> str:
    wanted = dict.fromkeys(roles)
    if wrong := next((role for role in wanted if role not in ROLES), None):
        raise InputError(f"{wrong!r} is no role: take {', '.join(ROLES)}.")
    if not wanted:
        raise InputError(f"An account needs a role at least: {', '.join(ROLES)}.")
    return " ".join(wanted)


def _must_be(connection: Connection, name: str) -> None:
    if named(connection, name) is None:
        raise InputError(f"There is no account {name!r}: tote-hq account list names them.")


def _change(connection: Connection, name: str, **values: object) -> None:
    connection.execute(update(tables.account).where(_ACCOUNT.name == name).values(**values))


def _sign_out(connection: Connection, name: str) -> None:
    connection.execute(delete(tables.session).where(tables.session.c.account == name))
