"""The effect of "customers-told": the retailer's list names people; who they are stands in the journal as hashes.

The values (names, addresses) are put in by whoever imports the list, and are no part of the journal: a restored HQ
knows who is one person at once, and their names when the list is imported again.
"""

from typing import Any

from sqlalchemy import Connection, select

from hq.journal import Entry
from hq.linking import naming
from hq.linking.regrouping import regroup, tied
from hq.people import draw_key
from hq.store import tables
from hq.store.insert import inserted

BARE = b""
"""The value of an identity of which HQ has but the hash."""


def apply(connection: Connection, entry: Entry) -> None:
    people: list[dict[str, Any]] = entry.body["people"]
    fresh = [
        named["digest"] for one in people for named in one["named"] if _made(connection, entry, named, one["language"])
    ]
    naming.link(connection, [frozenset((named["kind"], named["digest"]) for named in one["named"]) for one in people])
    if known := tied(connection, fresh):
        regroup(connection, known)


def _made(connection: Connection, entry: Entry, one: dict[str, Any], language: str) -> bool:
    """Whether the identity is new to HQ."""
    from hq import decisions  # whose effect this is

    row = tables.identity.c
    if connection.scalar(select(row.profile).where(row.kind == one["kind"], row.digest == one["digest"])):
        return False
    made = {"id": one["profile"], "created": entry.at, "language": language, "control": one["control"]}
    if not inserted(connection, tables.profile, made):
        return False
    inserted(connection, tables.person_key, {"profile": one["profile"], "key": draw_key()})
    known = {"kind": one["kind"], "digest": one["digest"], "profile": one["profile"], "created": entry.at}
    inserted(connection, tables.identity, known | {"value": BARE})
    decisions.stand(connection, one["profile"])
    return True
