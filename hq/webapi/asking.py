"""Who calls: a shop, by its write key; its own server, by a signature; or a browser, by the origin of its page.

The write key stands in pages and keeps out nobody; the origin is what browsers are held to, which no page can forge. A
program can, so what comes unsigned is never more than a report of nobody, or of the holder of a visitor's token.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Request

from hq.config import WebShop
from hq.signed import is_signed

SIGNATURE = "X-Tote-Signature"


class RefusedError(Exception):
    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Asking:
    shop: WebShop
    trusted: bool
    """The shop's own server signed it."""


def who(shops: Iterable[WebShop], key: str, asked: Request, octets: bytes) -> Asking:
    """`octets` are what would be signed. Raises RefusedError."""
    shop = next((one for one in shops if key and one.write_key == key), None)
    if shop is None:
        raise RefusedError("The key is none of a [[webshop]] in hq.toml.", 401)
    if signature := asked.headers.get(SIGNATURE):
        if not (shop.secret_file and is_signed(shop.secret_file, octets, signature, whose=f"webshop {shop.name}")):
            raise RefusedError(f"{SIGNATURE} was made with another secret, or of other octets.", 401)
        return Asking(shop=shop, trusted=True)
    if asked.headers.get("Origin") not in shop.origins:
        fix = "name its origin in webshop.origins, or sign the request"
        raise RefusedError(f"This page's origin is none of the shop's: {fix}.", 403)
    return Asking(shop=shop, trusted=False)
