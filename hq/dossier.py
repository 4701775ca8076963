"""All that HQ holds of one person, as plain values."""

from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from hq import identity, people
from hq.buyers import theirs
from hq.coupons.uses import is_used
from hq.errors import InputError
from hq.linking import ruling
from hq.linking.person import bare, profiles_of, standing
from hq.store import tables


def dossier(connection: Connection, profile: str, *, reveal: bool = False) -> dict[str, Any]:
    """Of all profiles of the person; addresses are masked unless `reveal`, and what the retailer's list says of them is
    left out. Raises InputError for an unknown profile."""
    stands = standing(connection, profile)
    person = connection.execute(select(tables.profile).where(tables.profile.c.id == stands)).first()
    if person is None:
        raise InputError(f"There is no profile {profile}.")
    known = people.identities(connection, profile)
    return {
        "profile": stands,
        "profiles": _of(connection, tables.profile, profile, "id", "created", "language"),
        "created": person.created,
        "language": person.language,
        "control": person.control,
        "identities": [_identity(one, reveal) for one in known] + _bare(connection, profile),
        "listed": listed(connection, profile) if reveal else [],
        "suppressed": sorted(people.suppressions(connection, profile)),
        "consents": [asdict(answer) for answer in people.answers(connection, profile)],
        "baskets": _baskets(connection, profile),
        "wishes": _wishes(connection, profile),
        "mails": _of(connection, tables.mail, profile, "id", "kind", "state", "due", "sent"),
        "orders": _orders(connection, profile),
        "codes": _codes(connection, profile),
        "web": _of(connection, tables.web_event, profile, "at", "kind", "sku", "name", "variant", "quantity", "shop"),
        "rulings": [asdict(one) for one in ruling.rulings(connection, profile)],
        "looks": looks(connection, profile),
        "platforms": _platforms(connection, profile),
    }


def listed(connection: Connection, profile: str) -> list[dict[str, str]]:
    """What the retailer's list of customers says of them."""
    row, own = tables.customer.c, tables.person_key.c
    query = select(row.value, own.key).join_from(tables.customer, tables.person_key, own.profile == row.profile)
    found = connection.execute(query.where(row.profile.in_(profiles_of(profile))).order_by(row.profile)).all()
    return [msgspec.json.decode(people.decrypt(one.key, one.value), type=dict[str, str]) for one in found]


def looks(connection: Connection, profile: str) -> list[dict[str, Any]]:
    """Who looked at what is held of them, and how, the latest first."""
    entry = tables.decision.c
    query = select(entry.at, entry.body).where(entry.subject.in_(profiles_of(profile)), entry.kind == "looked")
    rows = connection.execute(query.order_by(entry.at.desc(), entry.id)).all()
    return [{"at": row.at, **msgspec.json.decode(row.body)} for row in rows]


def _platforms(connection: Connection, profile: str) -> list[dict[str, Any]]:
    """Which were told hashes of theirs, and have not been told to forget them."""
    told = tables.told_key.c
    query = select(told.since.label("at"), told.destination, told.kind).where(told.person.in_(profiles_of(profile)))
    return [dict(row._mapping) for row in connection.execute(query.order_by(told.since, told.destination, told.key))]


def _identity(one: people.Identity, reveal: bool) -> dict[str, str]:
    shown = one.value if reveal else identity.masked(one.kind, one.value)
    return {"kind": one.kind, "value": shown, "profile": one.profile}


def _bare(connection: Connection, profile: str) -> list[dict[str, str]]:
    """Of which HQ has but the hash: it can tell them again, and not show them."""
    row = tables.identity.c
    empty = select(row.kind, row.profile).where(row.profile.in_(profiles_of(profile)), row.value == b"")
    found = [{"kind": one.kind, "value": "…", "profile": one.profile} for one in connection.execute(empty)]
    return [*found, *({"kind": kind, "value": "…", "profile": ""} for kind, _ in bare(connection, profile))]


def _baskets(connection: Connection, profile: str) -> list[dict[str, Any]]:
    held = _of(connection, tables.basket, profile, "id", "store", "station", "sent", "profile")
    line, choice = tables.basket_line, tables.shared_choice
    names = ("position", "sku", "name", "variant", "quantity", "fulfilment", "price", "currency")
    for basket in held:
        basket["lines"] = _rows(connection, line, line.c.basket == basket["id"], *names)
        wanted = choice.c.basket == basket["id"]
        basket["changed"] = _rows(connection, choice, wanted, "at", "sku", "quantity", "fulfilment")
    return held


def _wishes(connection: Connection, profile: str) -> list[dict[str, Any]]:
    """Articles they want to be told of; `open` as long as they have not taken that back."""
    still = people.allowed(people.answers(connection, profile), "back-in-stock")
    names = ("at", "sku", "name", "variant", "store", "channel")
    return [row | {"open": still} for row in _of(connection, tables.wish, profile, *names)]


def _orders(connection: Connection, profile: str) -> list[dict[str, Any]]:
    names = ("at", "order_id", "sku", "quantity", "price", "currency", "store", "points")
    return _rows(connection, tables.order_line, theirs(profile), *names)


def _codes(connection: Connection, profile: str) -> list[dict[str, Any]]:
    """Single-use codes that were issued to them: which, of what, and whether they are used."""
    row = tables.coupon.c
    columns = (row.issued.label("at"), row.campaign, row.until, row.void, is_used(row.id).label("used"))
    found = connection.execute(
        select(*columns).where(row.profile.in_(profiles_of(profile))).order_by(row.issued, row.id)
    )
    return [dict(one._mapping) for one in found]


def _of(connection: Connection, table: Table, profile: str, *names: str) -> list[dict[str, Any]]:
    """The rows that hang on any profile of the person's."""
    column = table.c.id if table is tables.profile else table.c.profile
    return _rows(connection, table, column.in_(profiles_of(profile)), *names)


def _rows(connection: Connection, table: Table, where: ColumnElement[bool], *names: str) -> list[dict[str, Any]]:
    """Ordered by the last of time and place that `names` has."""
    order = next(table.c[name] for name in ("position", "sent", "due", "at", "created") if name in names)
    rows = connection.execute(select(*(table.c[name] for name in names)).where(where).order_by(order))
    return [dict(row._mapping) for row in rows]
