"""Who holds up a card, without its number: a name and a key, made of the number and this box's secret. Making them is
slow on purpose, for numbers of cards are short: whoever carries the box away has to try them one by one."""

from dataclasses import dataclass, field

from nacl.pwhash import argon2id
from nacl.secret import SecretBox

OPERATIONS, MEMORY = 2, 8 << 20
"""Two passes over 8 MiB: 10 to 40 milliseconds on a small box."""
NAME = 16


@dataclass(frozen=True, kw_only=True)
class Holder:
    """`name` tells one from another, and stands in rows; `key` opens what is remembered of them, and stands nowhere."""

    name: str
    key: bytes = field(repr=False)

    def seal(self, plain: bytes) -> bytes:
        return bytes(SecretBox(self.key).encrypt(plain))

    def open(self, sealed: bytes) -> bytes:
        """Raises nacl.exceptions.CryptoError."""
        return SecretBox(self.key).decrypt(sealed)


def holder(secret: bytes, *, card: str = "", tag: str = "") -> Holder:
    """`secret` is the box's, of 32 bytes."""
    told = f"card\0{card}" if card else f"tag\0{tag}"
    made = argon2id.kdf(
        NAME + SecretBox.KEY_SIZE, told.encode(), secret[: argon2id.SALTBYTES], opslimit=OPERATIONS, memlimit=MEMORY
    )
    return Holder(name=made[:NAME].hex(), key=made[NAME:])
