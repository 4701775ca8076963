"""Ed25519 over a text that names its own form first, so that no signature can serve for anything else."""

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sync.codec.errors import BadSignature

SIGNATURE = 64
"""Octets."""


def sign(signing_key: bytes, text: bytes) -> bytes:
    """`signing_key` is the 32-byte seed."""
    return bytes(SigningKey(signing_key).sign(text).signature)


def verify(verify_key: bytes, text: bytes, signature: bytes) -> None:
    """Raises `BadSignature`."""
    try:
        VerifyKey(verify_key).verify(text, signature)
    except (BadSignatureError, ValueError) as error:
        raise BadSignature("the signature is not by this key") from error


def verify_key_of(signing_key: bytes) -> bytes:
    """The public half of a seed."""
    return bytes(SigningKey(signing_key).verify_key)
