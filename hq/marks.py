"""Purchases that a store's staff marked, among the orders: how they are told from a till's, and not counted twice."""

from collections.abc import Sequence
from typing import Any

PREFIX = "marked-"
ONE_SALE = 12 * 3_600_000
"""Milliseconds between staff's mark and the till's word of the same purchase at most."""


def order_id(event: str) -> str:
    """Derived from the event, so that one that comes again makes the same rows."""
    return PREFIX + event


def is_mark(order_id: str) -> bool:
    return order_id.startswith(PREFIX)


def told_once(orders: Sequence[Any]) -> list[Any]:
    """Of one person's rows of `order_line` those that count. Where the till told of a purchase that staff had marked,
    the till's word does: else a piece that is returned later would have been bought twice and returned once."""
    by_till = [one for one in orders if one.quantity > 0 and not is_mark(one.order_id)]
    return [one for one in orders if not is_mark(one.order_id) or not any(_same_sale(one, by) for by in by_till)]


def _same_sale(mark: Any, by_till: Any) -> bool:
    return bool((mark.sku, mark.store) == (by_till.sku, by_till.store) and abs(mark.at - by_till.at) <= ONE_SALE)
