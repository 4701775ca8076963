"""The sealed address of an event, in the clear, after every doubt: it must be this event's, of this store."""

from dataclasses import dataclass, field, replace

import msgspec

from hq import identity
from hq.identity import IdentityKind
from sync.codec import BadSeal, Envelope, blob_hash, unseal
from sync.ingest import Rejected


class Sealed(msgspec.Struct, frozen=True):
    """What a box seals (`docs/protocol.md`)."""

    v: int
    store: str
    event: str
    mail: str = ""
    phone: str = ""
    card: str = ""
    """Of the loyalty card that was held up in the visit."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """As it is kept and compared. `kind` is that of the identity it leads to."""

    kind: IdentityKind
    value: str = field(repr=False)
    beside: "tuple[Address, ...]" = ()
    """What else the event knows the same person by."""


def address_in(seal_key: bytes, store: str, envelope: Envelope, blob: bytes | None) -> Address:
    """The mail address or phone number. Raises Rejected."""
    return address_of(_open(seal_key, store, envelope, blob))


def address_of(sealed: Sealed) -> Address:
    """The phone number where there is one, else the mail address. Raises Rejected."""
    first: IdentityKind = "phone" if sealed.phone else "mail"
    others: tuple[IdentityKind, ...] = ("mail", "card") if sealed.phone else ("card",)
    beside = tuple(_address(sealed, kind) for kind in others if getattr(sealed, kind).strip())
    return replace(_address(sealed, first), beside=beside)


def _address(sealed: Sealed, kind: IdentityKind) -> Address:
    try:
        return Address(kind=kind, value=identity.normalise(kind, getattr(sealed, kind)))
    except identity.BadPhone as error:
        raise Rejected("what was sealed is no phone number") from error
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
