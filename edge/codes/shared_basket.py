"""A basket in a QR code: a phone gets it over its own network while the store has no line to HQ.

The code is an address of HQ: its base, `/q/`, and a payload in base 32 (RFC 4648, without padding; a QR packs these
signs into 5.5 bits each). Unpacked, the payload is 64 octets of Ed25519 by the box, then the signed text as a raw
deflate stream (RFC 1951). `docs/protocol.md` shows the text, which has one form only: what reads otherwise is refused.
"""

import re
import zlib
from base64 import b32decode, b32encode
from binascii import Error
from dataclasses import dataclass

from edge.domain.basket import Basket, Fulfilment
from sync.codec import SIGNATURE, BadSignature, sign, verify

MOST_LINES, MOST_SIGNS = 25, 800
"""Of one code; the signs are those of the whole address."""
FORM, PATH = "tote-basket/1", "/q/"
HEAD = 4
"""Lines of the text before those of the basket, its form aside."""
LARGEST = 8192
"""Octets of an unpacked text: 25 lines take a third of it."""
_HEAD = re.compile(r"[a-z0-9-]{1,32}\n[0-9a-f]{32}\n[0-9a-f]{32}\n(?:0|[1-9][0-9]{0,14})")
_LINE = re.compile(
    r"([^\t\n\0]{1,64})\t(0|[1-9][0-9]{0,12})\t([A-Z]{3})\t([1-9][0-9]?)\t(take|collect|ship)(?:\t([a-z0-9-]{1,32}))?"
)
_PAYLOAD = re.compile(r"[A-Z2-7]{1,800}")


class SharedBasketError(ValueError):
    """No code can be made of this basket, or no basket read from this code."""


class TooLargeError(SharedBasketError):
    """The basket has more lines, or its address more signs, than a phone reads with ease."""


@dataclass(frozen=True, kw_only=True)
class SharedLine:
    sku: str
    price: int
    """Of one, in minor units of `currency`, when it was put in."""
    currency: str
    quantity: int
    fulfilment: Fulfilment
    store: str = ""
    """Where it is collected, if not at the store of the basket."""

    @property
    def text(self) -> str:
        where = f"\t{self.store}" if self.store else ""
        return f"{self.sku}\t{self.price}\t{self.currency}\t{self.quantity}\t{self.fulfilment}{where}"


@dataclass(frozen=True, kw_only=True)
class SharedBasket:
    """`basket` is its id in the store's events, `last` the id of the last event it includes (32 hex digits each); `at`
    is when it was shown, in milliseconds by the box's clock."""

    store: str
    basket: str
    last: str
    at: int
    lines: tuple[SharedLine, ...]

    @property
    def text(self) -> str:
        """What is signed."""
        return "\n".join((FORM, self.store, self.basket, self.last, str(self.at), *(x.text for x in self.lines)))


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a code says, and by whose signature: believe it only once `is_by` the key of a box of that store."""

    basket: SharedBasket
    signature: bytes

    def is_by(self, verify_key: bytes) -> bool:
        try:
            verify(verify_key, self.basket.text.encode(), self.signature)
        except BadSignature:
            return False
        return True


def shared(basket: Basket, *, store: str, last: str, at: int) -> SharedBasket:
    lines = tuple(
        SharedLine(
            sku=line.item.sku,
            price=line.item.price,
            currency=line.item.currency,
            quantity=line.quantity,
            fulfilment=line.fulfilment,
            store=line.store,
        )
        for line in basket.lines
    )
    return SharedBasket(store=store, basket=basket.id, last=last, at=at, lines=lines)


def address(base: str, basket: SharedBasket, signing_key: bytes) -> str:
    """The address a code holds; `base` is HQ's, `signing_key` the box's 32-byte seed. Raises TooLargeError, and
    SharedBasketError for a basket that could not be read back."""
    if len(basket.lines) > MOST_LINES:
        raise TooLargeError(f"{len(basket.lines)} lines: {MOST_LINES} are the most")
    _parsed(basket.text)
    made = f"{base.rstrip('/')}{PATH}{_packed(basket.text.encode(), signing_key)}"
    if len(made) > MOST_SIGNS:
        raise TooLargeError(f"{len(made)} signs: {MOST_SIGNS} are the most")
    return made


def read(payload: str) -> Signed:
    """What stands behind `/q/`. Raises SharedBasketError."""
    if not _PAYLOAD.fullmatch(payload):
        raise SharedBasketError("not base 32, or longer than any code")
    try:
        octets = b32decode(payload + "=" * (-len(payload) % 8))
        text = _inflated(octets[SIGNATURE:]).decode()
    except (Error, zlib.error, UnicodeDecodeError) as error:
        raise SharedBasketError("part of the code is missing or wrong") from error
    return Signed(basket=_parsed(text), signature=octets[:SIGNATURE])


def _packed(text: bytes, signing_key: bytes) -> str:
    pressing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    octets = sign(signing_key, text) + pressing.compress(text) + pressing.flush()
    return b32encode(octets).rstrip(b"=").decode()


def _inflated(pressed: bytes) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    text = stream.decompress(pressed, LARGEST)
    if not stream.eof or stream.unused_data:
        raise SharedBasketError("the code is cut short, or goes on behind its end")
    return text


def _parsed(text: str) -> SharedBasket:
    form, *rows = text.split("\n")
    if form != FORM or not _HEAD.fullmatch("\n".join(rows[:HEAD])):
        raise SharedBasketError("this is no basket of the form that is known here")
    store, basket, last, at = rows[:HEAD]
    lines = tuple(map(_line, rows[HEAD:]))
    if not 1 <= len(lines) <= MOST_LINES or len({line.sku for line in lines}) < len(lines):
        raise SharedBasketError(f"1 to {MOST_LINES} lines of different articles are right")
    return SharedBasket(store=store, basket=basket, last=last, at=int(at), lines=lines)


def _line(row: str) -> SharedLine:
    if not (found := _LINE.fullmatch(row)):
        raise SharedBasketError("a line that is none")
    sku, price, currency, quantity, way, store = found.groups(default="")
    if store and way != "collect":
        raise SharedBasketError("only what is collected is so at a store")
    fulfilment: Fulfilment = way  # type: ignore[assignment]  # the pattern allows no other
    return SharedLine(
        sku=sku, price=int(price), currency=currency, quantity=int(quantity), fulfilment=fulfilment, store=store
    )
