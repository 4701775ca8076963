"""What the journal's entries about codes change: the same at every replay."""

from typing import Any

from sqlalchemy import Connection, select, update

from hq.journal import Entry
from hq.store import tables
from hq.store.insert import insert_new

COUPON, USE = tables.coupon.c, tables.coupon_use.c


def issued(connection: Connection, entry: Entry) -> None:
    """To the person of the entry's subject, or to nobody. The n-th code of several is made of the origin and n."""
    body = entry.body
    names: list[str] = body["names"]
    row = {"campaign": body["campaign"], "issued": entry.at, "until": body["until"], "void": False}
    whose = {"profile": entry.subject or None, "basket": body.get("basket")}
    origins = [body["origin"]] if len(names) == 1 else [f"{body['origin']} {n}" for n in range(len(names))]
    rows: list[dict[str, Any]] = [
        {"id": name, "origin": origin, **row, **whose} for name, origin in zip(names, origins, strict=True)
    ]
    insert_new(connection, tables.coupon, rows)
    tell(connection, *names)


def voided(connection: Connection, entry: Entry) -> None:
    connection.execute(update(tables.coupon).where(COUPON.id == entry.subject).values(void=True))
    tell(connection, entry.subject)


def disown(connection: Connection, profile: str) -> None:
    """Its person is erased: the code stays good for whoever has it, and is nobody's."""
    connection.execute(update(tables.coupon).where(COUPON.profile == profile).values(profile=None, basket=None))


def tell(connection: Connection, *names: str) -> None:
    """Boxes are told of these codes anew."""
    insert_new(connection, tables.offer_pending, [{"id": name} for name in names])


def origin_of(connection: Connection, name: str) -> str | None:
    found: str | None = connection.scalar(select(COUPON.origin).where(COUPON.id == name))
    return found
