"""The sealed address of an event -> the profile of the person behind it.

Nothing here may depend on which of two logs HQ hears first: after a restore the boxes refill it in another order.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from sqlalchemy import bindparam, select

from hq import erasure, identity, people
from hq.buyers import assigning
from hq.projection.returning import belongs_to_the_erased
from hq.projection.scene import Rules, Scene
from hq.store import tables
from sync.codec import BadSeal, blob_hash, unseal
from sync.ingest import Rejected

_KNOWN = (
    select(tables.profile.c.id)
    .join_from(tables.identity, tables.profile)
    .where(tables.identity.c.kind == "mail", tables.identity.c.digest == bindparam("its_digest"))
    .with_for_update(of=tables.profile, key_share=True)
)
_OF_BUYER = assigning(tables.order_line.c.buyer == bindparam("its_digest"))


class Sealed(msgspec.Struct, frozen=True):
    """What a box seals (`docs/protocol.md`)."""

    v: int
    store: str
    event: str
    mail: str


@dataclass(frozen=True, kw_only=True)
class Found:
    profile: str
    digest: str


def find_or_make(scene: Scene, language: str) -> Found | None:
    """The person whose address the event carries; made when HQ meets it for the first time. None for an event of
    somebody who was erased since. Raises Rejected."""
    if erasure.is_listed(scene.connection, scene.envelope.id):
        return None
    try:
        mail = identity.normalise_mail(_open(scene).mail)
    except identity.BadMail as error:
        raise Rejected("what was sealed is no mail address") from error
    digest = scene.rules.keys.digest_of("mail", mail)
    if belongs_to_the_erased(scene, digest):
        return None
    profile = _known(scene, digest) or _make(scene, digest, mail, language)
    return Found(profile=profile, digest=digest)


def is_of_the_erased(scene: Scene) -> bool:
    """Whether the event brings the address of somebody who was erased since; False where nobody can tell."""
    try:
        digest = scene.rules.keys.digest_of("mail", identity.normalise_mail(_open(scene).mail))
    except (Rejected, identity.BadMail):
        return False
    return belongs_to_the_erased(scene, digest)


def _known(scene: Scene, digest: str) -> str | None:
    """Locked until the commit, so that an erasure of this moment comes before or after, not in between."""
    known: str | None = scene.connection.scalar(_KNOWN, {"its_digest": digest})
    return known


def _open(scene: Scene) -> Sealed:
    """The blob in the clear, after every doubt: it must be this event's, of this store."""
    envelope = scene.envelope
    if envelope.seal is None or scene.blob is None:
        raise Rejected("the sealed address did not come with the event")
    if blob_hash(scene.blob) != envelope.seal:
        raise Rejected("the sealed address is not the one that the event names")
    try:
        sealed = msgspec.json.decode(unseal(scene.rules.keys.seal, scene.blob), type=Sealed)
    except BadSeal as error:
        raise Rejected(str(error)) from error
    except msgspec.MsgspecError as error:
        raise Rejected("what was sealed has another form") from error
    if (sealed.v, sealed.store, sealed.event) != (1, scene.store, envelope.id):
        raise Rejected("the sealed address belongs to another event")
    return sealed


def _make(scene: Scene, digest: str, mail: str, language: str) -> str:
    profile = profile_id(scene.rules, digest)
    control = _share(digest) < scene.rules.control
    scene.insert(tables.profile, id=profile, created=scene.at, language=language, control=control)
    key = people.new_key(scene.connection, profile)
    value = people.encrypt(key, mail)
    scene.insert(tables.identity, kind="mail", digest=digest, profile=profile, value=value, created=scene.at)
    scene.later.stand(profile)
    scene.later.change(_OF_BUYER, its_digest=digest)
    return profile


def profile_id(rules: Rules, digest: str) -> str:
    """Derived from the first identity, so that HQ, refilled after a restore, finds the same ids again."""
    return hmac.new(rules.keys.digest, f"profile\0{digest}".encode(), sha256).hexdigest()[:32]


def _share(digest: str) -> int:
    """0 to 99, spread evenly and for ever the same."""
    return int(sha256(f"control\0{digest}".encode()).hexdigest()[:8], 16) % 100
