"""A hash over what events make of HQ: equal where two HQs know the same, whenever and in how many pieces they heard it.

Left out are times of receipt and what is corrected by them, and what HQ draws by chance (ids of profiles, keys and what
is encrypted under them): a person is who has these addresses.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, select

from hq.store import tables

KNOWN = (
    tables.event,
    tables.quarantine,
    tables.basket,
    tables.basket_line,
    tables.consent,
    tables.mail,
    tables.identity,
    tables.log,
)
_RECEIPT = {"received", "first_received", "last_received", "skew", "created", "due", "sent", "trim_to"}
_CHANCE = {"value", "message_id", "blob"}
_BY_NUMBER = {"consent.id", "consent.at", "mail.id"}


def state(connection: Connection) -> str:
    """SHA-256 in hex."""
    people = _people(connection)
    whole = sha256()
    for table in KNOWN:
        for row in sorted(_row(table, dict(row._mapping), people) for row in connection.execute(select(table))):
            whole.update(f"{table.name} {row}\n".encode())
    return whole.hexdigest()


def _row(table: Table, row: dict[str, Any], people: dict[str, str]) -> str:
    left_out = _RECEIPT | _CHANCE
    kept = {name: row[name] for name in row if name not in left_out and f"{table.name}.{name}" not in _BY_NUMBER}
    if profile := kept.get("profile"):
        kept["profile"] = people.get(profile, "nobody")
    return repr(kept)


def _people(connection: Connection) -> dict[str, str]:
    """Who a profile is: all digests that lead to it."""
    identity = tables.identity.c
    people: dict[str, str] = {}
    for profile, digest in connection.execute(select(identity.profile, identity.digest).order_by(identity.digest)):
        people[profile] = f"{people.get(profile, '')} {digest}"
    return people
