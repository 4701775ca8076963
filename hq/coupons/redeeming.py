"""Orders that bear a code: the till or web shop has taken it, and says so with the order.

Which use counts is decided in the transaction that imports the order, and stands in its entry of the journal.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from hq.coupons import entering
from hq.coupons import uses as coupon_uses
from hq.coupons.uses import USE, Use, judged, of_one_purchase
from hq.ids import derived
from hq.store import tables

ORDER = tables.order_line.c
Order = tuple[str, str]
"""Store and number."""
TakenBack = tuple[str, Mapping[str, Any]]
"""The number of an order, and a row of `order_line` that takes something of it back."""


def lock(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> None:
    """The codes that these rows of `order_line` bear, until the commit."""
    coupon_uses.lock(connection, {line["coupon"] for line in lines if line.get("coupon")})


def uses(
    connection: Connection, lines: Iterable[Mapping[str, Any]], undone: Iterable[Mapping[str, str]] = ()
) -> list[dict[str, Any]]:
    """The uses that these rows are, one of each order and code, each with its outcome; under `lock`. Of two orders
    among them that bear one code the earlier row is first, unless its order is `undone`."""
    freed = {(one["store"], one["order_id"]) for one in undone}
    found: dict[str, tuple[Use, Order]] = {}
    for line in lines:
        if line.get("coupon") and line["quantity"] > 0:
            use = _use(line)
            found.setdefault(use.id, (use, (line["store"], line["order_id"])))
    known = set(connection.scalars(select(USE.id).where(USE.id.in_(found))))
    told: list[dict[str, Any]] = []
    taken: set[str] = set()
    for use, order in found.values():
        if use.id not in known:
            outcome = judged(connection, use)
            if outcome == "first" and use.coupon in taken:
                outcome = "again"
            if outcome == "first" and order not in freed:
                taken.add(use.coupon)
            told.append(asdict(use) | {"outcome": outcome})
    return told


def undone(connection: Connection, taken_back: Sequence[TakenBack]) -> list[dict[str, str]]:
    """The orders of which nothing is left, once these rows are there too: each with the number of the order that it
    takes something back of."""
    orders = dict.fromkeys((line["store"], of) for of, line in taken_back if line["quantity"] < 0)
    return [{"store": store, "order_id": of} for store, of in orders if not _left(connection, (store, of), taken_back)]


def apply(
    connection: Connection, codes: Iterable[Mapping[str, Any]], undone: Iterable[Mapping[str, str]], *, at: int
) -> None:
    """What an entry of the journal says."""
    for told in codes:
        use = Use(**{name: value for name, value in told.items() if name != "outcome"})
        entering.enter(connection, use, told["outcome"], at=at)
    for order in undone:
        _undo(connection, order["store"], order["order_id"])


def _use(line: Mapping[str, Any]) -> Use:
    return Use(
        id=derived("coupon", line["store"], line["order_id"], line["coupon"]),
        coupon=line["coupon"],
        store=line["store"],
        basket=line.get("basket") or "",
        by_order=True,
        at=line["at"],
    )


def _left(connection: Connection, order: Order, taken_back: Sequence[TakenBack]) -> bool:
    store, number = order
    sold: Counter[str] = Counter()
    named = (ORDER.order_id == number) | ORDER.order_id.startswith(f"{number}-", autoescape=True)
    for row in connection.execute(select(ORDER.sku, ORDER.quantity).where(ORDER.store == store, named)):
        sold[row.sku] += row.quantity
    for of, line in taken_back:
        if (line["store"], of) == order:
            sold[line["sku"]] += line["quantity"]
    return any(quantity > 0 for quantity in sold.values())


def _undo(connection: Connection, store: str, number: str) -> None:
    """With the use that a box told of the same purchase."""
    query = select(tables.order_line).where(ORDER.store == store, ORDER.order_id == number, ORDER.coupon.is_not(None))
    for own in {_use(row._asdict()) for row in connection.execute(query)}:
        told = connection.execute(select(tables.coupon_use).where(USE.coupon == own.coupon, USE.outcome == "first"))
        of_box = [Use(**{name: getattr(row, name) for name in asdict(own)}) for row in told if not row.by_order]
        entering.release(connection, own)
        for use in of_box:
            if of_one_purchase(connection, use, own):
                entering.release(connection, use)
