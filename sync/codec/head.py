"""The head of a feed: which version is there, where its file is, and HQ's signature over all of that."""

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sync.codec.delta import FeedDelta
from sync.codec.errors import BadSignature, Malformed

_FORM = "tote-feed/1"


class FeedHead(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is relative to HQ's address; `size` (bytes) and `sha256` (hex) are of the compressed file; `signature` is
    Ed25519 in hex over the signed text, "" while unsigned."""

    v: int = 1
    feed: str
    epoch: int
    n: int
    url: str
    size: int
    sha256: str
    signature: str = ""
    # What follows goes with the head over the wire and is not signed with it: a box believes none of it without proof.
    deltas: tuple[FeedDelta, ...] | msgspec.UnsetType = msgspec.UNSET
    """The latest steps that lead to this version."""
    stores: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """On the topic of a ring: who is in it."""
    newest: tuple[int, int] | msgspec.UnsetType = msgspec.UNSET
    """The version that some ring has already, where that is a later one: to hold it is no mistake."""

    def signed_text(self) -> bytes:
        fields = (_FORM, self.feed, self.epoch, self.n, self.url, self.size, self.sha256)
        return "\n".join(map(str, fields)).encode()


def sign_head(signing_key: bytes, head: FeedHead) -> FeedHead:
    """`head` with its signature; `signing_key` is the 32-byte Ed25519 seed."""
    signature = SigningKey(signing_key).sign(head.signed_text()).signature.hex()
    return msgspec.structs.replace(head, signature=signature)


def verify_head(verify_key: bytes, head: FeedHead) -> None:
    """Raises `BadSignature`."""
    try:
        VerifyKey(verify_key).verify(head.signed_text(), bytes.fromhex(head.signature))
    except (BadSignatureError, ValueError) as error:
        raise BadSignature(f"version {head.epoch}.{head.n} of {head.feed} is not signed by this box's HQ") from error


def encode_head(head: FeedHead) -> bytes:
    return msgspec.json.encode(head)


def decode_head(payload: bytes) -> FeedHead:
    """Raises `Malformed`."""
    try:
        return msgspec.json.decode(payload, type=FeedHead)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not the head of a feed ({error})") from error
