"""The sealed address of an event -> the profile of the person behind it."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from sqlalchemy import select, update

from hq import decisions, identity, people
from hq.projection.scene import Rules, Scene
from hq.store import tables
from sync.codec import BadSeal, blob_hash, unseal
from sync.ingest import Rejected


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


def find_or_make(scene: Scene, language: str) -> Found:
    """The person whose address the event carries; made when HQ meets it for the first time. Raises Rejected."""
    try:
        mail = identity.normalise_mail(_open(scene).mail)
    except identity.BadMail as error:
        raise Rejected("what was sealed is no mail address") from error
    digest = scene.rules.keys.digest_of("mail", mail)
    row = tables.identity.c
    profile = scene.connection.scalar(select(row.profile).where(row.kind == "mail", row.digest == digest))
    if profile is None:
        profile = _make(scene, digest, mail, language)
    else:
        known = tables.profile.c.id == profile
        scene.connection.execute(update(tables.profile).where(known).values(language=language))
    return Found(profile=profile, digest=digest)


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
    decisions.stand(scene.connection, profile)
    _claim_orders(scene, profile, digest)
    return profile


def profile_id(rules: Rules, digest: str) -> str:
    """Derived from the first identity, so that HQ, refilled after a restore, finds the same ids again."""
    return hmac.new(rules.keys.digest, f"profile\0{digest}".encode(), sha256).hexdigest()[:32]


def _share(digest: str) -> int:
    """0 to 99, spread evenly and for ever the same."""
    return int(sha256(f"control\0{digest}".encode()).hexdigest()[:8], 16) % 100


def _claim_orders(scene: Scene, profile: str, digest: str) -> None:
    order = tables.order_line.c
    theirs = update(tables.order_line).where(order.buyer == digest, order.profile.is_(None))
    scene.connection.execute(theirs.values(profile=profile))
