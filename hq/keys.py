"""HQ's keys, in D/keys: made together on the first start, readable by their owner alone.

    seal.key     X25519 private key: opens what the boxes sealed
    signing.key  Ed25519 seed: signs the heads of the feeds
    digest.key   32 bytes: identities are looked up by a hash under this key, never by their plain value
    link.key     32 bytes: signs the links in mails

Each file holds 64 hex digits. Losing seal.key loses what is still sealed; losing digest.key loses every suppression.
"""

import hashlib
import hmac
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from hq.errors import KeysError
from sync.durable import sync

NAMES = ("seal", "signing", "digest", "link")


@dataclass(frozen=True, kw_only=True, repr=False)
class Keys:
    """32 bytes each. `repr` shows none of them."""

    seal: bytes
    signing: bytes
    digest: bytes
    link: bytes

    @property
    def seal_public(self) -> bytes:
        """What boxes seal to."""
        return bytes(PrivateKey(self.seal).public_key)

    @property
    def verify(self) -> bytes:
        """What boxes check signatures with."""
        return bytes(SigningKey(self.signing).verify_key)

    def digest_of(self, kind: str, normalised: str) -> str:
        """The keyed hash under which an identity is found: HMAC-SHA256 over kind, NUL, value; 64 hex digits."""
        return hmac.new(self.digest, f"{kind}\0{normalised}".encode(), hashlib.sha256).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Tells whether a database and these keys belong together, and tells nothing else."""
        return hmac.new(self.digest, b"tote hq fingerprint", hashlib.sha256).hexdigest()[:16]


def open_or_create(folder: Path) -> Keys:
    """The keys in `folder` (D/keys); a missing folder is made with fresh ones. Raises KeysError."""
    if not folder.exists():
        _create(folder)
    return Keys(**{name: _read(folder / f"{name}.key") for name in NAMES})


def _create(folder: Path) -> None:
    # All four appear at once: a start that is cut short must not leave a half set to be completed by guesswork.
    fresh = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700, parents=True)
    for name in NAMES:
        _write(fresh / f"{name}.key", secrets.token_bytes(32))
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh)  # another start of the same moment was first: its keys are the keys
        return
    sync(folder.parent)


def _write(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    sync(path.parent)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise KeysError(f"{path} can be read by others. Run: chmod 600 {path}")
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError as error:
        raise KeysError(f"{path} is missing. Restore it from a backup of the keys; HQ makes no second one.") from error
    except OSError as error:
        raise KeysError(f"{path} can't be read ({error.strerror}). Give it to the user that runs HQ.") from error
    except ValueError as error:
        raise KeysError(f"{path} holds no key (64 hex digits). Restore it from a backup of the keys.") from error
    if len(key) != 32:
        raise KeysError(f"{path} holds {len(key)} bytes instead of 32. Restore it from a backup of the keys.")
    return key
