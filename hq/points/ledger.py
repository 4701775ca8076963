"""Whose points are whose, read from what was bought and brought back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, false, or_, select

from hq.buyers import NAMING, payer
from hq.linking.person import digests_of, profiles, profiles_of
from hq.marks import told_once
from hq.points.rates import Rate, points
from hq.store import tables
from hq.store.many import among

ORDER = tables.order_line.c


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of an order: known by store, order and SKU. A purchase that a store's staff marked has the id of its
    event in the order's. `points` below 0: it was brought back. What the order was paid with is an entry of its own,
    without SKU; above 0: it was given back. `at` in milliseconds since 1970."""

    store: str
    order: str
    sku: str
    quantity: int
    points: int
    at: int

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def entries(connection: Connection, rates: Sequence[Rate], profile: str) -> list[Entry]:
    """The person's, the oldest first. An order has one owner (`hq.buyers.assigning`), so what it earned does; what it
    was paid with is theirs whom it names otherwise than by a basket. What staff marked and the till told as well counts
    once."""
    own, digests = set(profiles(connection, profile)), digests_of(connection, profile)
    named = [among(column, digests) for _, column in NAMING]
    paying = and_(ORDER.points != 0, or_(*named)) if digests else false()
    query = select(tables.order_line, payer().label("payer")).where(
        or_(ORDER.profile.in_(profiles_of(profile)), paying)
    )
    rows = connection.execute(query.order_by(ORDER.at, ORDER.store, ORDER.order_id, ORDER.sku)).all()
    found: list[Entry] = []
    for _, lines in groupby(told_once(rows), key=lambda row: (row.at, row.store, row.order_id)):
        order = list(lines)
        found += [_entry(tuple(rates), row) for row in order if row.profile in own]
        if paid := [row for row in order if row.payer in own]:
            found += _spent(paid)
    return found


def balance(connection: Connection, rates: Sequence[Rate], profile: str) -> int:
    """Never below 0: what was brought back may have been bought before HQ heard of the person. What was spent beyond
    it, `overdrawn` tells."""
    return max(0, sum(entry.points for entry in entries(connection, rates, profile)))


def overdrawn(found: Sequence[Entry]) -> int:
    """Points that were spent and not there: a till may take some that another took at the same time."""
    spent = -sum(entry.points for entry in found if not entry.sku)
    return max(0, min(spent, -sum(entry.points for entry in found)))


def _spent(order: Sequence[Any]) -> list[Entry]:
    """Each line says how many the order was paid with; of an exchange what comes back says the opposite."""
    told = [row.points for row in order]
    points = max(told) if max(told) > 0 else min(told)
    head = order[0]
    one = Entry(store=head.store, order=head.order_id, sku="", quantity=0, points=-points, at=head.at)
    return [one] if points else []


def _entry(rates: tuple[Rate, ...], row: Any) -> Entry:
    earned = points(rates, row.price, row.currency, row.at) * row.quantity
    return Entry(store=row.store, order=row.order_id, sku=row.sku, quantity=row.quantity, points=earned, at=row.at)
