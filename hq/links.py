"""The signed links in mails. A link carries a random id and a seal, nothing about a person; only HQ can make one.

A token is base64url of the id's 16 octets and the first 12 of HMAC-SHA256 over purpose, NUL, id: 38 characters, so that
`List-Unsubscribe` stays short, and a link for one purpose opens nothing else.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from typing import Literal

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from hq.live.article import LiveArticle

Purpose = Literal["basket", "unsubscribe", "visit", "preferences", "opened", "friend"]
SEAL = 12
PASSES = 300
"""Seconds."""


def token(key: bytes, purpose: Purpose, id: str) -> str:  # noqa: A002
    """`id` is 32 hex digits."""
    octets = bytes.fromhex(id)
    return urlsafe_b64encode(octets + _seal(key, purpose, octets)).rstrip(b"=").decode()


def read(key: bytes, purpose: Purpose, text: str) -> str | None:
    """The id in a token, None for one that was not made here for this purpose."""
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError):
        return None
    plain, seal = octets[:-SEAL], octets[-SEAL:]
    return plain.hex() if len(plain) == 16 and hmac.compare_digest(seal, _seal(key, purpose, plain)) else None


def lent(key: bytes, basket: str, ended: int) -> str:
    """Of the link by which others see a basket; `ended`: how often sharing it was ended. The basket's id is encrypted:
    an order that names it would be its owner's, so nobody else is told it."""
    octets = bytes.fromhex(basket)
    nonce = hmac.digest(key, f"lent {ended}".encode() + b"\0" + octets, "sha256")[: SecretBox.NONCE_SIZE]
    return urlsafe_b64encode(_lending(key).encrypt(octets, nonce)).rstrip(b"=").decode()


def basket_lent(key: bytes, text: str) -> str:
    """The basket whose token this is, whether or not it opens it still; "" for one that was not made here."""
    try:
        return _lending(key).decrypt(urlsafe_b64decode(text + "=" * (-len(text) % 4))).hex()
    except (Error, ValueError, CryptoError):
        return ""


def _lending(key: bytes) -> SecretBox:
    return SecretBox(hmac.digest(key, b"lending", "sha256"))


def passing(key: bytes, basket: str, at: int) -> str:
    """By it a browser that leaves for the web shop is told again there, for a few minutes: it stands in an address,
    which people pass on. `at` in milliseconds since 1970."""
    octets = bytes.fromhex(basket) + (at // 1000).to_bytes(5, "big")
    return urlsafe_b64encode(octets + _seal(key, "visit", octets)).rstrip(b"=").decode()


def passed(key: bytes, text: str, now: int) -> str | None:
    """The basket whose page a browser came from just now, None for anything else."""
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError):
        return None
    plain, seal = octets[:-SEAL], octets[-SEAL:]
    if len(plain) != 21 or not hmac.compare_digest(seal, _seal(key, "visit", plain)):
        return None
    return plain[:16].hex() if 0 <= now // 1000 - int.from_bytes(plain[16:], "big") <= PASSES else None


def _seal(key: bytes, purpose: str, octets: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + octets, "sha256")[:SEAL]


@dataclass(frozen=True, kw_only=True)
class Links:
    """Every address that HQ gives away. `base` is the public one, without a slash at its end."""

    base: str
    key: bytes

    def basket(self, basket: str) -> str:
        return f"{self.base}/b/{token(self.key, 'basket', basket)}"

    def unsubscribe(self, mail: str) -> str:
        return f"{self.base}/u/{token(self.key, 'unsubscribe', mail)}"

    def preferences(self, mail: str) -> str:
        return f"{self.base}/p/{token(self.key, 'preferences', mail)}"

    def lent(self, basket: str, ended: int) -> str:
        return f"{self.base}/s/{lent(self.key, basket, ended)}"

    def opened(self, mail: str) -> str:
        return f"{self.base}/o/{token(self.key, 'opened', mail)}.gif"

    def friend(self, profile: str) -> str:
        """What somebody gives to a friend."""
        return f"{self.base}/f/{token(self.key, 'friend', profile)}"

    def article(self, article: LiveArticle) -> str:
        """Its public page where it has a GTIN, its page in the web shop otherwise, "" where neither is known."""
        return f"{self.base}/01/{article.variant.gtin}" if article.variant.gtin else article.link

    def store_event(self, id: str) -> str:  # noqa: A002 (of the event)
        return f"{self.base}/events/{id}"

    def picture(self, file: str, width: int) -> str:
        """A picture as PNG; the retailer's sign where there is none."""
        return f"{self.base}/thumbs/{width}/{file}.png" if file else f"{self.base}/brand/mark-{width}.png"

    @property
    def logo(self) -> str:
        return f"{self.base}/brand/logo.png"
