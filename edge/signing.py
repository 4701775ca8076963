"""The key with which this box signs what it shows: Ed25519, made here, never leaves the box.

It lies beside the certificate, and goes when the box is enrolled anew: what a revoked box can sign counts no more.
So does the secret by which the box tells cards apart (`edge.shop.holders`).
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from edge.config import ConfigError
from sync.codec import new_signing_pair
from sync.durable import keep

NAME, CARDS = "sign.key", "card.key"
OTHERS = 0o077


def signing_key(folder: Path) -> bytes:
    """The 32-byte seed in `folder` (`line` in the data folder), made where there is none. Raises ConfigError, and the
    disk's OSError."""
    return _kept(folder / NAME, lambda: new_signing_pair()[0])


def card_secret(folder: Path) -> bytes:
    """32 random bytes in `folder`, likewise."""
    return _kept(folder / CARDS, lambda: secrets.token_bytes(32))


def _kept(path: Path, draw: Callable[[], bytes]) -> bytes:
    if not path.exists():
        _make(path, draw())
    if path.stat().st_mode & OTHERS:
        raise ConfigError(f"{path} can be read by others: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (ValueError, UnicodeDecodeError):
        key = b""
    if len(key) != 32:
        raise ConfigError(f"{path} holds no key (64 hex digits): delete it, and the box makes itself another")
    return key


def _make(path: Path, key: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep(path, f"{key.hex()}\n".encode(), mode=0o600)
