"""The basket as a code for the shopper's phone: what the send screen shows beside the address line."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import sqlite_utils

from edge.codes.shared_basket import SharedBasketError, TooLargeError, address, shared
from edge.domain.basket import Basket
from edge.domain.events import Event, SigningKeyMade
from edge.shop.screens import Send
from edge.store import announced, note_announced
from sync.codec import verify_key_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, repr=False)
class Sharing:
    """`base` is HQ's address as phones reach it, `key` this box's 32-byte Ed25519 seed."""

    base: str
    key: bytes

    @property
    def public(self) -> str:
        return verify_key_of(self.key).hex()

    def screen(self, basket: Basket, *, store: str, last: str, at: int) -> Send:
        """With the code of `basket`; without one where there is nothing in it, or too much."""
        if not basket.lines:
            return Send()
        try:
            return Send(code=address(self.base, shared(basket, store=store, last=last, at=at), self.key))
        except TooLargeError:
            return Send(too_large=True)
        except SharedBasketError as error:
            log.warning("a basket can't be shown as a code: %s", error)
            return Send()

    def announce(self, db: sqlite_utils.Database, append: Callable[[Event], object]) -> None:
        """Tells HQ the key, once for each database: it must know it before it believes a code."""
        if announced(db) != self.public:
            append(SigningKeyMade(public=self.public))
            note_announced(db, self.public)
