"""Where the buy button leads: the retailer's web shop, by the address in the settings."""

from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit

from hq.live.basket import LiveLine


def cart(template: str, lines: Iterable[LiveLine], basket: str) -> str:
    """`template` with {skus} as "SKU:2,SKU:1" and {basket} filled in; "" where there is nothing to buy, or no address.

    Shopify's permalink is "https://shop.example/cart/{skus}".
    """
    wanted = ",".join(f"{quote(line.sku, safe='')}:{line.quantity}" for line in lines if line.open)
    if not wanted or not template.startswith(("https://", "http://")):
        return ""
    return template.replace("{skus}", wanted).replace("{basket}", quote(basket, safe=""))


def with_pass(address: str, passing: str) -> str:
    """`address` with what the web shop's snippet looks for."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, f"tote_pass={passing}") if part)
    return urlunsplit(parts._replace(query=query))
