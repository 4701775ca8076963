"""What leads from one version of a feed to a later one: named, sized, hashed and signed as a head is."""

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sync.codec.errors import BadSignature, Malformed

_FORM = "tote-delta/1"


class FeedDelta(msgspec.Struct, frozen=True, kw_only=True):
    """From version (`since_epoch`, `since_n`) to (`epoch`, `n`). `size` (bytes) and `sha256` (hex) are of its
    compressed bytes, which are `data` or lie at `url`, relative to HQ's address; `signature` is Ed25519 in hex over the
    signed text, "" while unsigned."""

    v: int = 1
    feed: str
    since_epoch: int
    since_n: int
    epoch: int
    n: int
    size: int
    sha256: str
    url: str = ""
    data: bytes | msgspec.UnsetType = msgspec.UNSET
    signature: str = ""

    def signed_text(self) -> bytes:
        versions = (self.since_epoch, self.since_n, self.epoch, self.n)
        return "\n".join(map(str, (_FORM, self.feed, *versions, self.size, self.sha256))).encode()

    @property
    def since(self) -> tuple[int, int]:
        return self.since_epoch, self.since_n

    @property
    def version(self) -> tuple[int, int]:
        return self.epoch, self.n


def sign_delta(signing_key: bytes, delta: FeedDelta) -> FeedDelta:
    """`delta` with its signature; `signing_key` is the 32-byte Ed25519 seed."""
    signature = SigningKey(signing_key).sign(delta.signed_text()).signature.hex()
    return msgspec.structs.replace(delta, signature=signature)


def verify_delta(verify_key: bytes, delta: FeedDelta) -> None:
    """Raises `BadSignature`."""
    try:
        VerifyKey(verify_key).verify(delta.signed_text(), bytes.fromhex(delta.signature))
    except (BadSignatureError, ValueError) as error:
        said = f"the delta of {delta.feed} to version {delta.epoch}.{delta.n}"
        raise BadSignature(f"{said} is not signed by this box's HQ") from error


def encode_delta(delta: FeedDelta) -> bytes:
    return msgspec.json.encode(delta)


def decode_delta(payload: bytes) -> FeedDelta:
    """Raises `Malformed`."""
    try:
        return msgspec.json.decode(payload, type=FeedDelta)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a delta of a feed ({error})") from error


class Deltas(msgspec.Struct, frozen=True, kw_only=True):
    """HQ's answer to who asks what leads on from a version: () where only the whole file does."""

    deltas: tuple[FeedDelta, ...] = ()


def decode_deltas(payload: bytes) -> tuple[FeedDelta, ...]:
    """Raises `Malformed`."""
    try:
        return msgspec.json.decode(payload, type=Deltas).deltas
    except msgspec.MsgspecError as error:
        raise Malformed(f"not the deltas of a feed ({error})") from error
