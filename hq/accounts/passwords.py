"""Passwords are drawn here, never chosen: nobody guesses one, so nobody needs to be locked out. Kept as Argon2id (RFC
9106, by libsodium)."""

import secrets
from functools import cache
from threading import BoundedSemaphore

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another."""
GROUPS, GROUP = 5, 4
"""Twenty letters of thirty-one: 99 bits."""
OPERATIONS, MEMORY = argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
"""Two passes over 64 MiB: a tenth of a second."""
AT_ONCE = 2
"""Who asks for many waits, and HQ works on."""
PATIENCE = 5.0
_turns = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many sign in at this moment."""


def drawn() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def hashed(password: str) -> str:
    """With its salt and costs, as text."""
    return argon2id.str(password.encode(), opslimit=OPERATIONS, memlimit=MEMORY).decode()


def is_right(password: str, kept: str | None) -> bool:
    """`kept` is None where there is no such account, which takes as long to say. Raises Busy."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return argon2id.verify((kept or _nobodys()).encode(), password.strip().encode()) and kept is not None
    except CryptoError:
        return False
    finally:
        _turns.release()


@cache
def _nobodys() -> str:
    return hashed(drawn())
