"""PINs: what one may be, and how it is kept (Argon2id, RFC 9106, by libsodium)."""

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

SHORTEST, LONGEST = 4, 12
OPERATIONS, MEMORY = argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
"""Two passes over 64 MiB: 0.1 to 0.5 seconds on a small box."""
UP = "01234567890"


class BadPinError(ValueError):
    """No PIN; `str()` says what one is."""


def check_pin(pin: str) -> str:
    """`pin`, where it may be one: 4 to 12 digits that are not the first anybody would try."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise BadPinError(f"a PIN has {SHORTEST} to {LONGEST} digits and nothing else")
    if len(set(pin)) == 1 or pin in UP or pin in UP[::-1]:
        raise BadPinError("everybody tries this PIN first: choose one that is no row of digits")
    return pin


def hashed(pin: str) -> str:
    """With its salt and costs, as text."""
    return argon2id.str(pin.encode(), opslimit=OPERATIONS, memlimit=MEMORY).decode()


def is_right(pin: str, kept: str) -> bool:
    try:
        return bool(argon2id.verify(kept.encode(), pin.encode()))
    except CryptoError:
        return False
