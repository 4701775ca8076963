"""The sealed address of an event, in the clear, after every doubt: it must be this event's, of this store."""

import msgspec

from hq import identity
from sync.codec import BadSeal, Envelope, blob_hash, unseal
from sync.ingest import Rejected


class Sealed(msgspec.Struct, frozen=True):
    """What a box seals (`docs/protocol.md`)."""

    v: int
    store: str
    event: str
    mail: str


def mail_in(seal_key: bytes, store: str, envelope: Envelope, blob: bytes | None) -> str:
    """The mail address, as it is kept and compared. Raises Rejected."""
    try:
        return identity.normalise_mail(_open(seal_key, store, envelope, blob).mail)
    except identity.BadMail as error:
        raise Rejected("what was sealed is no mail address") from error


def _open(seal_key: bytes, store: str, envelope: Envelope, blob: bytes | None) -> Sealed:
    if envelope.seal is None or blob is None:
        raise Rejected("the sealed address did not come with the event")
    if blob_hash(blob) != envelope.seal:
        raise Rejected("the sealed address is not the one that the event names")
    try:
        sealed = msgspec.json.decode(unseal(seal_key, blob), type=Sealed)
    except BadSeal as error:
        raise Rejected(str(error)) from error
    except msgspec.MsgspecError as error:
        raise Rejected("what was sealed has another form") from error
    if (sealed.v, sealed.store, sealed.event) != (1, store, envelope.id):
        raise Rejected("the sealed address belongs to another event")
    return sealed
