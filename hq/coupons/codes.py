"""The code behind a row: made again from its origin with a key of HQ's, so that no database holds a single one."""

import hmac
from hashlib import sha256

from edge.domain import coupon
from hq.keys import Keys


def code_of(keys: Keys, origin: str) -> str:
    """Sixteen letters. Whoever does not have the key finds no other by any number of them."""
    digest = hmac.new(keys.link, f"coupon\0{origin}".encode(), sha256).digest()
    return coupon.code(int.from_bytes(digest, "big") >> (8 * len(digest) - 5 * coupon.DRAWN))


def name_of(keys: Keys, code: str) -> str:
    """What the code is called, at HQ and on every box."""
    return coupon.name_of(code, keys.verify)


def named(keys: Keys, text: str) -> str | None:
    """The name of the code that `text` is, as an order or a person writes it; None where it is none of ours."""
    code = coupon.read(text)
    return name_of(keys, code) if code and coupon.is_sound(code) else None
