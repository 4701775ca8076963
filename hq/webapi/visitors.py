"""Whose browser calls, or whom the shop's server means: somebody who allows to be recognised, or nobody."""

from sqlalchemy import Connection, select

from hq import browsers, identity, links
from hq.errors import InputError
from hq.identity import IdentityKind
from hq.service import Hq
from hq.store import tables
from hq.webapi.shapes import PersonIn

WAYS: tuple[IdentityKind, ...] = ("customer", "mail", "phone", "card")


def of_visitor(hq: Hq, visitor: str) -> str | None:
    with hq.reading() as reading:
        return browsers.owner(reading, hq.keys, visitor)


def of_person(hq: Hq, person: PersonIn) -> str | None:
    """By the first of what is told that leads to somebody. What is no address leads to nobody."""
    with hq.reading() as reading:
        found = next((one for kind in WAYS if (one := _find(reading, hq, kind, getattr(person, kind)))), None)
        return found if found and browsers.allows(reading, found) else None


def of_passed(hq: Hq, text: str) -> str | None:
    """Whose basket's page the browser came from just now."""
    basket = links.passed(hq.keys.link, text, hq.clock())
    if basket is None:
        return None
    with hq.reading() as reading:
        row = tables.basket.c
        profile: str | None = reading.scalar(select(row.profile).where(row.id == basket))
        return profile if profile and browsers.allows(reading, profile) else None


def _find(reading: Connection, hq: Hq, kind: IdentityKind, text: str) -> str | None:
    try:
        return identity.find(reading, hq.keys, kind, text) if text else None
    except InputError:
        return None
