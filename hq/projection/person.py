"""The sealed address of an event -> the profile of the person behind it.

Nothing here may depend on which of two logs HQ hears first: after a restore the boxes refill it in another order.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from hq import blobs, people
from hq.identity import IdentityKind
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
    """The person whose address the event carries; made when HQ meets it for the first time. None for an event of
    somebody who was erased since. Raises Rejected."""
    if scene.ahead.is_listed(scene.envelope.id):
        _erase_at_the_box(scene)
        return None
    address = scene.ahead.address(scene.carried)
    digest = scene.rules.keys.digest_of(address.kind, address.value)
    if belongs_to_the_erased(scene, digest):
        _erase_at_the_box(scene)
        return None
    profile = scene.ahead.profile(digest) or _make(scene, digest, address, language)
    return Found(profile=profile, digest=digest, kind=address.kind)


def is_of_the_erased(scene: Scene) -> bool:
    """Whether the event brings the address of somebody who was erased since; False where nobody can tell."""
    try:
        address = scene.ahead.address(scene.carried)
    except Rejected:
        return False
    return belongs_to_the_erased(scene, scene.rules.keys.digest_of(address.kind, address.value))


def _erase_at_the_box(scene: Scene) -> None:
    if scene.blob is not None:
        blobs.late(scene.connection, scene.store, scene.envelope.id, at=scene.received)


def _make(scene: Scene, digest: str, address: Address, language: str) -> str:
    profile = profile_id(scene.rules, digest)
    control = _share(digest) < scene.rules.control
    scene.insert(tables.profile, id=profile, created=scene.at, language=language, control=control)
    key = people.draw_key()
    scene.insert(tables.person_key, profile=profile, key=key)
    value = people.encrypt(key, address.value)
    scene.insert(tables.identity, kind=address.kind, digest=digest, profile=profile, value=value, created=scene.at)
    scene.ahead.made(digest, profile)
    scene.later.stand(profile)
    scene.later.own_of_buyer(digest)
    return profile


def profile_id(rules: Rules, digest: str) -> str:
    """Derived from the first identity, so that HQ, refilled after a restore, finds the same ids again."""
    return hmac.new(rules.keys.digest, f"profile\0{digest}".encode(), sha256).hexdigest()[:32]


def _share(digest: str) -> int:
    """0 to 99, spread evenly and for ever the same."""
    return int(sha256(f"control\0{digest}".encode()).hexdigest()[:8], 16) % 100
