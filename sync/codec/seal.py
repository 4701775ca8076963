"""Sealing (libsodium sealed boxes) and the keys of sealing and signing."""

from functools import lru_cache
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey

from sync.codec.errors import BadSeal


def new_seal_pair() -> tuple[bytes, bytes]:
    """(private, public), 32 bytes each, for Curve25519."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def new_signing_pair() -> tuple[bytes, bytes]:
    """(private, public), 32 bytes each, for Ed25519."""
    private = SigningKey.generate()
    return bytes(private), bytes(private.verify_key)


def seal(public_key: bytes, plain: bytes) -> bytes:
    """Only the holder of the private key can read `plain` again; the sender cannot."""
    return SealedBox(PublicKey(public_key)).encrypt(plain)


def unseal(private_key: bytes, blob: bytes) -> bytes:
    """Raises `BadSeal`."""
    try:
        return _opener(private_key).decrypt(blob)
    except CryptoError as error:
        raise BadSeal("the sealed blob does not open with HQ's key: was it sealed to another HQ?") from error


@lru_cache(maxsize=4)
def _opener(private_key: bytes) -> "SealedBox[PrivateKey]":
    """The public key, which opening needs too, is worked out once."""
    return SealedBox(PrivateKey(private_key))


def blob_hash(blob: bytes) -> str:
    """The `seal` of an envelope: SHA-256 of the sealed blob, hex."""
    return sha256(blob).hexdigest()
