"""The key of a box's backup, sealed to HQ: who finds the backup has nothing, and that store's box alone is told it."""

import msgspec

from sync.codec.errors import BadSeal
from sync.codec.seal import seal, unseal


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    key: str


def seal_backup_key(seal_key: bytes, *, store: str, key: bytes) -> str:
    """Hex. `seal_key` is HQ's public one."""
    return seal(seal_key, msgspec.json.encode(_Sealed(store=store, key=key.hex()))).hex()


def unseal_backup_key(private_key: bytes, sealed: str, *, store: str) -> bytes:
    """The 32 octets. Raises `BadSeal` where it was sealed to another HQ, or is another store's."""
    try:
        opened = msgspec.json.decode(unseal(private_key, bytes.fromhex(sealed)), type=_Sealed)
        key = bytes.fromhex(opened.key)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadSeal("this is no key of a backup") from error
    if opened.store != store:
        raise BadSeal("this is the backup of another store's box")
    return key
