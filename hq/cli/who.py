"""Whom a command is about (--mail, --phone, --card, --customer, --profile or --basket), and who gave it."""

import argparse
import os
import pwd

from sqlalchemy import Connection, select

from hq import identity
from hq.errors import InputError
from hq.identity import IdentityKind
from hq.service import Hq
from hq.store import tables

WAYS: dict[IdentityKind, str] = {
    "mail": "mail address",
    "phone": "phone number",
    "card": "loyalty card",
    "customer": "customer id",
}


def profile_of(hq: Hq, connection: Connection, args: argparse.Namespace) -> str:
    """Raises InputError where nobody is meant, or more than one."""
    for kind, what in WAYS.items():
        if value := getattr(args, kind):
            return _known(identity.find(connection, hq.keys, kind, value), what)
    return profile_called(connection, args.profile)


def someone(hq: Hq, connection: Connection, text: str) -> str:
    """The profile that `text` means: a mail address, a phone number with its +, or the beginning of a profile's id.
    Raises InputError."""
    if "@" in text:
        return _known(identity.find(connection, hq.keys, "mail", text), WAYS["mail"])
    if text.startswith("+"):
        return _known(identity.find(connection, hq.keys, "phone", text), WAYS["phone"])
    return profile_called(connection, text)


def profile_called(connection: Connection, start: str) -> str:
    column = tables.profile.c.id
    return only(list(connection.scalars(select(column).where(column.startswith(start, autoescape=True)))), "profile")


def caller() -> str:
    """The user of this machine who gave the command, for the record: "anna", or "root (sudo: anna)"."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo: {behind[:64]})" if behind and behind != name else name


def _known(profile: str | None, what: str) -> str:
    if profile is None:
        raise InputError(f"No profile has this {what}. Has the store's event arrived? See `tote-hq stores`.")
    return profile


def basket_of(connection: Connection, start: str) -> tuple[str, str]:
    """The basket whose id begins with `start`, and its profile. Raises InputError."""
    column = tables.basket.c.id
    basket = only(list(connection.scalars(select(column).where(column.startswith(start, autoescape=True)))), "basket")
    return basket, connection.scalar(select(tables.basket.c.profile).where(column == basket)) or ""


def only(found: list[str], what: str) -> str:
    if not found:
        raise InputError(f"There is no {what} of this id.")
    if len(found) > 1:
        raise InputError(f"{len(found)} {what}s begin so: write more of the id.")
    return found[0]
