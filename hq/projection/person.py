"""The sealed address of an event -> the profile of the person behind it.

Nothing here may depend on which of two logs HQ hears first: after a restore the boxes refill it in another order.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, update

from hq import blobs, people
from hq.identity import IdentityKind
from hq.linking import naming, regrouping
from hq.projection.returning import belongs_to_the_erased
from hq.projection.scene import Rules, Scene
from hq.projection.sealed import Address
from hq.store import tables
from sync.ingest import Rejected


@dataclass(frozen=True, kw_only=True)
class Found:
    profile: str
    digest: str
    kind: IdentityKind


def find_or_make(scene: Scene, language: str) -> Found | None:
    """The profile whose address the event carries; made when HQ meets it for the first time, as are those of what else
    it knows the person by. None for an event of somebody who was erased since. Raises Rejected."""
    if scene.ahead.is_listed(scene.envelope.id):
        _erase_at_the_box(scene)
        return None
    address = scene.ahead.address(scene.carried)
    if _is_erased(scene, address):
        _erase_at_the_box(scene)
        return None
    found, *others = [_profile(scene, one, language) for one in (address, *address.beside)]
    if others:
        named = frozenset((one.kind, one.digest) for one in (found, *others))
        scene.later.together(naming.link, named)
    return found


def _is_erased(scene: Scene, address: Address) -> bool:
    return any(belongs_to_the_erased(scene, _digest(scene, one)) for one in (address, *address.beside))


def _profile(scene: Scene, address: Address, language: str) -> Found:
    digest = _digest(scene, address)
    profile = scene.ahead.profile(digest) or _make(scene, digest, address, language)
    if digest in scene.ahead.bare:
        _learn(scene, profile, digest, address)
    return Found(profile=profile, digest=digest, kind=address.kind)


def _digest(scene: Scene, address: Address) -> str:
    return scene.rules.keys.digest_of(address.kind, address.value)


def _learn(scene: Scene, profile: str, digest: str, address: Address) -> None:
    """Of the identity HQ had but the hash, from a list of customers that came before a restore."""
    if key := people.key_of(scene.connection, profile):
        row = tables.identity.c
        this = update(tables.identity).where(row.kind == address.kind, row.digest == digest)
        scene.connection.execute(this.values(value=people.encrypt(key, address.value)))
        scene.ahead.bare.discard(digest)


def is_of_the_erased(scene: Scene) -> bool:
    """Whether the event brings the address of somebody who was erased since; False where nobody can tell."""
    try:
        address = scene.ahead.address(scene.carried)
    except Rejected:
        return False
    return _is_erased(scene, address)


def _erase_at_the_box(scene: Scene) -> None:
    if scene.blob is not None:
        blobs.late(scene.connection, scene.store, scene.envelope.id, at=scene.received)


def _make(scene: Scene, digest: str, address: Address, language: str) -> str:
    profile = profile_id(scene.rules, digest)
    control = in_control(scene.rules, digest)
    scene.insert(tables.profile, id=profile, created=scene.at, language=language, control=control)
    key = people.draw_key()
    scene.insert(tables.person_key, profile=profile, key=key)
    value = people.encrypt(key, address.value)
    scene.insert(tables.identity, kind=address.kind, digest=digest, profile=profile, value=value, created=scene.at)
    scene.ahead.made(digest, profile)
    scene.later.stand(profile)
    scene.later.own_of_buyer(digest)
    scene.later.together(group_new, digest)
    return profile


def group_new(connection: Connection, digests: Sequence[str]) -> None:
    """These identities lead to a profile now: those of them that something named before are grouped with the others."""
    if known := regrouping.tied(connection, digests):
        regrouping.regroup(connection, known)


def profile_id(rules: Rules, digest: str) -> str:
    """Derived from the first identity, so that HQ, refilled after a restore, finds the same ids again."""
    return hmac.new(rules.keys.digest, f"profile\0{digest}".encode(), sha256).hexdigest()[:32]


def in_control(rules: Rules, digest: str) -> bool:
    """Whether the profile of this identity is in the standing control group: spread evenly and for ever the same."""
    return int(sha256(f"control\0{digest}".encode()).hexdigest()[:8], 16) % 100 < rules.control
