"""Where the buy button leads: the retailer's web shop, by the address in the settings."""

from collections.abc import Sequence
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from hq.live.basket import LiveLine

IDS = ("variant", "variation_id", "add-to-cart")
"""What shops call their own number of an article in the address of its page: Shopify the first, WooCommerce others."""


def cart(template: str, lines: Sequence[LiveLine], basket: str, coupon: str = "") -> str:
    """`template` with {skus} as "SKU:2,SKU:1", {ids} likewise with the shop's own numbers, {basket} and {coupon} filled
    in; "" where there is nothing to buy, no address, or an article whose page tells no number."""
    wanted = [line for line in lines if line.open]
    if not wanted or not template.startswith(("https://", "http://")):
        return ""
    ids = [_id(line) for line in wanted]
    if "{ids}" in template and not all(ids):
        return ""  # a cart that silently lacks something is worse than none: each article has a button of its own
    filled = template.replace("{skus}", _listed([line.sku for line in wanted], wanted))
    filled = filled.replace("{ids}", _listed(ids, wanted)).replace("{basket}", quote(basket, safe=""))
    return filled.replace("{coupon}", quote(coupon, safe=""))


def _listed(names: Sequence[str], lines: Sequence[LiveLine]) -> str:
    return ",".join(f"{quote(name, safe='')}:{line.quantity}" for name, line in zip(names, lines, strict=True))


def _id(line: LiveLine) -> str:
    told = parse_qs(urlsplit(line.article.link if line.article else "").query)
    return next((told[name][0] for name in IDS if name in told), "")


def with_pass(address: str, passing: str) -> str:
    """`address` with what the web shop's snippet looks for."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, f"tote_pass={passing}") if part)
    return urlunsplit(parts._replace(query=query))
