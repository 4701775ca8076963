"""--mail, --phone, --profile or --basket: whom a command is about."""

import argparse

from sqlalchemy import Connection, select

from hq import identity
from hq.errors import InputError
from hq.service import Hq
from hq.store import tables


def profile_of(hq: Hq, connection: Connection, args: argparse.Namespace) -> str:
    """Raises InputError where nobody is meant, or more than one."""
    if args.mail:
        return _known(identity.find(connection, hq.keys, "mail", args.mail), "mail address")
    if args.phone:
        return _known(identity.find(connection, hq.keys, "phone", args.phone), "phone number")
    column = tables.profile.c.id
    return only(
        list(connection.scalars(select(column).where(column.startswith(args.profile, autoescape=True)))), "profile"
    )


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
