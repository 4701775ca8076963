"""HQ's word that some octets are what it made of a picture in another size. The picture's own name is the hash of the
original; a rendition has another."""

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sync.codec.errors import BadSignature

_FORM = "tote-picture/1"


def _text(name: str, width: int, sha256: str) -> bytes:
    return "\n".join((_FORM, name, str(width), sha256)).encode()


def sign_rendition(signing_key: bytes, name: str, width: int, sha256: str) -> str:
    """Ed25519 in hex; `sha256` (hex) is of the rendition."""
    return SigningKey(signing_key).sign(_text(name, width, sha256)).signature.hex()


def verify_rendition(verify_key: bytes, name: str, width: int, sha256: str, signature: str) -> None:
    """Raises `BadSignature`."""
    try:
        VerifyKey(verify_key).verify(_text(name, width, sha256), bytes.fromhex(signature))
    except (BadSignatureError, ValueError) as error:
        raise BadSignature(f"picture {name} in {width} px is not signed by this box's HQ") from error
