"""Browsers that are known: with consent to profiling a random value leads to a profile; without, there is none.

A cookie of HQ's own pages holds one, and the storage of the retailer's web shop another. Taking the consent back
removes them all (`hq.effects`).
"""

import secrets

from sqlalchemy import Connection

from hq import identity, people
from hq.keys import Keys
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new


def owner(reading: Connection, keys: Keys, value: str) -> str | None:
    """The profile that `value` leads to, if that person still allows it."""
    profile = identity.find(reading, keys, "cookie", value) if value else None
    return profile if profile and allows(reading, profile) else None


def allows(reading: Connection, profile: str) -> bool:
    return people.allowed(people.answers(reading, profile), "profiling")


def draw(hq: Hq, profile: str) -> str:
    """A fresh value that leads to `profile`; "" where the person was erased meanwhile."""
    value = secrets.token_urlsafe(24)
    with hq.engine.begin() as connection:
        if (key := people.key_of(connection, profile)) is None:
            return ""
        row = {"kind": "cookie", "digest": identity.digest(hq.keys, "cookie", value), "profile": profile}
        more = {"value": people.encrypt(key, value), "created": hq.clock()}
        insert_new(connection, tables.identity, [row | more])
    return value
