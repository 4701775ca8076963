"""One order as a web shop or till tells it in JSON -> the cells of rows, as a file of orders has them.

    tote          {order_id, at, store, currency, mail, phone, card, customer, basket, coupon, points, collect, of,
                  lines: [{sku, quantity, price}]}, which names of mail … points what it knows
    shopify       the order of the webhooks orders/…; the refund of refunds/create
    woocommerce   the order of the webhooks order.…

A basket is named by a note attribute (Shopify) or meta datum (WooCommerce) called `tote_basket`, the store where the
buyer collects the order (`collect`) by one called `tote_collect`, the points that it was paid with by `tote_points`.
What an order took back is an order of its own with negative quantities, `of` the other, so that each is counted once
however often it is told.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from edge.domain import coupon
from hq.importers.cells import BadCell

Cells = dict[str, str]
BASKET, COLLECT, POINTS = "tote_basket", "tote_collect", "tote_points"
TOTE = (
    "order_id",
    "at",
    "currency",
    "mail",
    "phone",
    "card",
    "customer",
    "basket",
    "coupon",
    "points",
    "collect",
    "of",
)
UNBOUGHT = frozenset({"pending", "failed", "checkout-draft", "trash", "auto-draft"})
"""States of WooCommerce in which nothing was bought (yet)."""
UNDONE = frozenset({"cancelled", "refunded"})


def rows(shape: str, told: object, store: str, prefix: str = "") -> list[Cells]:
    """`told` is the parsed JSON; `store` is where an order belongs that names none, `prefix` goes before each number.
    Raises BadCell."""
    order = _table(told, "order")
    if shape == "tote" and order.get("store"):
        store = _text(order["store"])
    return [{"store": store, **cells, **_prefixed(cells, prefix)} for cells in SHAPES[shape](order)]


def _prefixed(cells: Cells, prefix: str) -> Cells:
    return {name: prefix + cells[name] for name in ("order_id", "of") if cells.get(name)}


def _tote(order: Mapping[str, Any]) -> Iterator[Cells]:
    head = {name: _text(order.get(name)) for name in TOTE}
    for line in _list(order, "lines"):
        yield head | {name: _text(line.get(name)) for name in ("sku", "quantity", "price")}


def _shopify(order: Mapping[str, Any]) -> Iterator[Cells]:
    if "refund_line_items" in order:
        yield from _shopify_refund(order)
        return
    customer = order.get("customer")
    head = {
        "order_id": _text(order.get("id")),
        "at": _text(order.get("processed_at") or order.get("created_at")),
        "currency": _text(order.get("currency")),
        "mail": _text(order.get("email") or order.get("contact_email") or _of(customer, "email")),
        "phone": _text(order.get("phone") or _of(customer, "phone") or _of(order.get("billing_address"), "phone")),
        "customer": _customer("shopify", _of(customer, "id")),
        "basket": _noted(order.get("note_attributes"), "name", BASKET),
        "coupon": _code(order.get("discount_codes")),
        "points": _noted(order.get("note_attributes"), "name", POINTS),
        "collect": _noted(order.get("note_attributes"), "name", COLLECT),
    }
    sold = list(_lines(head, order, "line_items", "quantity"))
    yield from sold
    if order.get("cancelled_at"):
        undone = {
            "order_id": f"{head['order_id']}-cancelled",
            "at": _text(order["cancelled_at"]),
            "of": head["order_id"],
        }
        yield from (line | undone | {"quantity": f"-{line['quantity']}"} for line in sold)


def _shopify_refund(refund: Mapping[str, Any]) -> Iterator[Cells]:
    for line in _list(refund, "refund_line_items"):
        item = _table(line.get("line_item"), "line_item")
        currency = _of(_of(_of(line, "subtotal_set"), "shop_money"), "currency_code")
        yield {
            "order_id": f"{_text(refund.get('order_id'))}-{_text(refund.get('id'))}",
            "of": _text(refund.get("order_id")),
            "at": _text(refund.get("processed_at") or refund.get("created_at")),
            "currency": _text(currency),
            "sku": _text(item.get("sku")),
            "quantity": f"-{_text(line.get('quantity'))}",
            "price": _text(item.get("price")),
        }


def _woocommerce(order: Mapping[str, Any]) -> Iterator[Cells]:
    state = _text(order.get("status"))
    if state in UNBOUGHT:
        return
    head = {
        "order_id": _text(order.get("id")),
        "at": _text(order.get("date_created_gmt")),
        "currency": _text(order.get("currency")),
        "mail": _text(_of(order.get("billing"), "email")),
        "phone": _text(_of(order.get("billing"), "phone")),
        "customer": _customer("woocommerce", order.get("customer_id")),
        "basket": _noted(order.get("meta_data"), "key", BASKET),
        "coupon": _code(order.get("coupon_lines")),
        "points": _noted(order.get("meta_data"), "key", POINTS),
        "collect": _noted(order.get("meta_data"), "key", COLLECT),
    }
    sold = list(_lines(head, order, "line_items", "quantity"))
    yield from sold
    if state in UNDONE:
        at = _text(order.get("date_modified_gmt")) or head["at"]
        undone = {"order_id": f"{head['order_id']}-{state}", "at": at, "of": head["order_id"]}
        yield from (line | undone | {"quantity": f"-{line['quantity']}"} for line in sold)


def _lines(head: Cells, order: Mapping[str, Any], name: str, quantity: str) -> Iterator[Cells]:
    """Without those that are no articles: tips, gift wrap, fees have no SKU."""
    for line in _list(order, name):
        if sku := _text(line.get("sku")):
            yield head | {"sku": sku, "quantity": _text(line.get(quantity)), "price": _text(line.get("price"))}


def _customer(shop: str, told: object) -> str:
    """Each kind of shop counts for itself; 0 is a guest of WooCommerce."""
    return f"{shop}:{id_}" if (id_ := _text(told)) not in ("", "0") else ""


def _code(given: object) -> str:
    """The first that can be one of HQ's: a shop has codes of its own beside them."""
    found = [_text(one.get("code")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return next((code for code in found if coupon.read(code)), "")


def _noted(notes: object, key: str, wanted: str) -> str:
    """What is `wanted` among notes of the order."""
    found = [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []
    return next((_text(note.get("value")) for note in found if note.get(key) == wanted), "")


def _table(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadCell(field, "is no JSON object", 'send one order: {"order_id": …}')
    return value


def _list(order: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    found = order.get(field)
    if not isinstance(found, list):
        raise BadCell(field, "is missing, or no list", "send the order whole, as the shop's webhook has it")
    return [_table(one, field) for one in found]


def _of(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object) -> str:
    """Numbers as they are written, without the exponent of a float; what is neither text nor number is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value).strip()


SHAPES: dict[str, Callable[[Mapping[str, Any]], Iterator[Cells]]] = {
    "tote": _tote,
    "shopify": _shopify,
    "woocommerce": _woocommerce,
}
