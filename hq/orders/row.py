"""One row of an orders file -> one row of the table, or the reason why not."""

from collections.abc import Mapping
from typing import Any

from hq import identity
from hq.coupons import codes
from hq.importers.cells import AHEAD, BadCell, currency_of, money, past, required, whole
from hq.keys import Keys
from hq.orders.skus import Meant
from hq.store import tables
from hq.store.fits import misfit

MOST_PIECES = 10_000
"""Of one article in one row; sums of many rows still fit their column."""
FAR = 366 * AHEAD
"""Milliseconds that an order may lie ahead: tills' clocks are wrong by a year at times, never by thousands."""


def order_line(cells: Mapping[str, str], keys: Keys, skus: Meant | None, now: int) -> dict[str, Any]:
    """A row of `order_line`, still without the profile. `cells` are those of `importers.table`; `now` in ms since 1970:
    what is to be bought later is no order. Raises BadCell."""
    price = money(required(cells, "price"), currency_of(required(cells, "currency")))
    quantity = _quantity(required(cells, "quantity"))
    line = {
        "order_id": required(cells, "order_id"),
        "sku": _sku(required(cells, "sku"), skus),
        "quantity": quantity,
        "price": price.amount,
        "currency": price.currency,
        "store": required(cells, "store", 32),
        "basket": cells.get("basket") or None,
        "at": past(required(cells, "at"), "at", now, FAR),
        "buyer": _mail(cells.get("mail", ""), keys),
        "card": _digest(cells, keys, "card"),
        "phone": _phone(cells.get("phone", ""), keys),
        "customer": _digest(cells, keys, "customer"),
        "coupon": codes.named(keys, cells.get("coupon", "")),
        "points": _points(cells.get("points", ""), back=quantity < 0),
    }
    if why := misfit(tables.order_line, line):
        raise BadCell(why.split()[0], why, "shorten it")
    return line


def _sku(text: str, skus: Meant | None) -> str:
    return skus.meant(text) if skus else text


def _quantity(text: str) -> int:
    quantity = whole(text, "quantity")
    if not 0 < abs(quantity) <= MOST_PIECES:
        hint = f"write 1, or -1 for a returned piece, {MOST_PIECES} at most"
        raise BadCell("quantity", f"{text!r} is no number of pieces", hint)
    return quantity


def _points(text: str, *, back: bool) -> int:
    """What the order was paid with; below 0 where it takes another back."""
    points = whole(text, "points") if text else 0
    if points < 0:
        raise BadCell("points", f"{text!r} is no number of points", "write how many were spent, or given back")
    return -points if back else points


def _digest(cells: Mapping[str, str], keys: Keys, kind: identity.IdentityKind) -> str | None:
    return identity.digest(keys, kind, cells[kind]) if cells.get(kind) else None


def _phone(text: str, keys: Keys) -> str | None:
    """Web shops ask for one in whatever form: what is none, or names no country, leads to nobody."""
    try:
        return identity.digest(keys, "phone", text) if text else None
    except identity.BadPhone:
        return None


def _mail(text: str, keys: Keys) -> str | None:
    try:
        return identity.digest(keys, "mail", text) if text else None
    except identity.BadMail as error:
        raise BadCell("mail", "is no mail address", "correct it, or leave it empty") from error
