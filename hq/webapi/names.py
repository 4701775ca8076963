"""What a web shop's events mean: named as in Segment's e-commerce spec, or as in GA4."""

from typing import Literal

Kind = Literal["viewed", "added", "removed", "cart", "reported", "bought"]
"""`cart`: what lies in the cart now, all of it. `reported` is a purchase by the word of a browser, `bought` by that of
the shop's server."""
NAMES: dict[str, Kind] = {
    "product_viewed": "viewed",
    "view_item": "viewed",
    "product_added": "added",
    "add_to_cart": "added",
    "product_removed": "removed",
    "remove_from_cart": "removed",
    "cart_viewed": "cart",
    "view_cart": "cart",
    "order_completed": "reported",
    "purchase": "reported",
}
OF_CARTS: tuple[Kind, ...] = ("added", "removed", "cart", "reported", "bought")
"""Kinds that change what lies in the cart."""


def kind_of(name: str, *, trusted: bool) -> Kind | None:
    """None for an event that Tote has no use for. Segment writes "Product Viewed" as well."""
    kind = NAMES.get(name.strip().lower().replace(" ", "_"))
    return "bought" if kind == "reported" and trusted else kind
