"""All that HQ holds of one person, as plain values."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from hq import identity, people
from hq.buyers import baskets_of
from hq.errors import InputError
from hq.store import tables


def dossier(connection: Connection, profile: str, *, reveal: bool = False) -> dict[str, Any]:
    """Addresses are masked unless `reveal`. Raises InputError for an unknown profile."""
    person = connection.execute(select(tables.profile).where(tables.profile.c.id == profile)).first()
    if person is None:
        raise InputError(f"There is no profile {profile}.")
    return {
        "profile": profile,
        "created": person.created,
        "language": person.language,
        "control": person.control,
        "identities": [_identity(one, reveal) for one in people.identities(connection, profile)],
        "suppressed": sorted(people.suppressions(connection, profile)),
        "consents": [asdict(answer) for answer in people.answers(connection, profile)],
        "baskets": _baskets(connection, profile),
        "wishes": _wishes(connection, profile),
        "mails": _rows(connection, tables.mail, tables.mail.c.profile == profile, "id", "kind", "state", "due", "sent"),
        "orders": _orders(connection, profile),
    }


def _identity(one: people.Identity, reveal: bool) -> dict[str, str]:
    shown = one.value if reveal else identity.masked(one.kind, one.value)
    return {"kind": one.kind, "value": shown}


def _baskets(connection: Connection, profile: str) -> list[dict[str, Any]]:
    held = _rows(connection, tables.basket, tables.basket.c.profile == profile, "id", "store", "station", "sent")
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
    return [row | {"open": still} for row in _rows(connection, tables.wish, tables.wish.c.profile == profile, *names)]


def _orders(connection: Connection, profile: str) -> list[dict[str, Any]]:
    order = tables.order_line.c
    theirs = or_(order.profile == profile, order.basket.in_(baskets_of(profile)))
    return _rows(
        connection, tables.order_line, theirs, "at", "order_id", "sku", "quantity", "price", "currency", "store"
    )


def _rows(connection: Connection, table: Table, where: ColumnElement[bool], *names: str) -> list[dict[str, Any]]:
    """Ordered by the last of time and place that `names` has."""
    order = next(table.c[name] for name in ("position", "sent", "due", "at") if name in names)
    rows = connection.execute(select(*(table.c[name] for name in names)).where(where).order_by(order))
    return [dict(row._mapping) for row in rows]
