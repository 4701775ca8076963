"""BackInStockAsked: the person, what they allowed, and the article they wait for. Journeys write to them."""

from hashlib import sha256

from edge.domain.events import BackInStockAsked
from hq.projection.basket import keep_consents
from hq.projection.person import find_or_make
from hq.projection.scene import Scene
from hq.store import tables
from sync.ingest import Rejected


def project(scene: Scene, asked: BackInStockAsked) -> None:
    consent = asked.consent
    if consent.purpose != "back-in-stock" or not consent.granted:
        raise Rejected("nobody is told of an article who did not agree to it")
    if consent.words_hash != sha256(consent.words.encode()).hexdigest():
        raise Rejected("the hash of a consent is not that of its words")
    if (found := find_or_make(scene, asked.language)) is None:
        return
    keep_consents(scene, (consent,), found.profile)
    scene.insert(
        tables.wish,
        event=scene.envelope.id,
        profile=found.profile,
        sku=asked.item.sku,
        product_id=asked.item.product_id,
        name=asked.item.name,
        variant=asked.item.variant,
        store=scene.store,
        station=asked.station,
        language=asked.language,
        channel=asked.channel,
        at=scene.at,
    )
