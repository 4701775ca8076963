"""BasketSent: the person, what they allowed, the basket, and a mail or text message in the queue.

HQ's id of a basket is made of the store's id for it and the person: of two people to whom one basket is sent each has a
link that leads to their own, and that no erasure, and no order in which boxes refill a restored HQ, hands to the other.
"""

from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from edge.domain.basket import MOST_LINES, MOST_OF_ONE, Line
from edge.domain.consent import Consent
from edge.domain.events import BasketSent
from hq import passing
from hq.events import HEX
from hq.ids import derived
from hq.outbox import MAIL, TEXT, queued
from hq.projection.person import Found, find_or_make
from hq.projection.scene import Scene, fitting
from hq.store import tables
from sync.ingest import Rejected

HIGHEST_PRICE = 10**12
"""Minor units of one article: the sum of the largest basket stays far below what a column holds."""


def project(scene: Scene, sent: BasketSent) -> None:
    _check(sent)
    if (found := find_or_make(scene, sent.language)) is None:
        return
    keep_consents(scene, sent.consents, found.profile)
    basket = basket_id(sent.basket, found.profile)
    _keep_basket(scene, sent, basket, found.profile)
    _queue_mail(scene, basket, found)


def _check(sent: BasketSent) -> None:
    if not HEX.fullmatch(sent.basket):
        raise Rejected("the basket's id is not 32 hex digits")
    check_lines(sent.lines)
    if any(consent.words_hash != sha256(consent.words.encode()).hexdigest() for consent in sent.consents):
        raise Rejected("the hash of a consent is not that of its words")


def check_lines(lines: tuple[Line, ...]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise Rejected(f"a basket of {len(lines)} lines: 1 to {MOST_LINES} are right")
    if any(not 1 <= line.quantity <= MOST_OF_ONE for line in lines):
        raise Rejected(f"a quantity that is not 1 to {MOST_OF_ONE}")
    if any(not 0 <= line.item.price <= HIGHEST_PRICE for line in lines):
        raise Rejected(f"a price that is not 0 to {HIGHEST_PRICE} minor units")
    if len({line.item.sku for line in lines}) < len(lines):
        raise Rejected("two lines of one article")


def keep_consents(scene: Scene, consents: Iterable[Consent], profile: str) -> None:
    for consent in consents:
        event = scene.envelope.id
        scene.insert(tables.consent, profile=profile, how="screen", event=event, at=scene.at, **asdict(consent))


def basket_id(shop_id: str, profile: str) -> str:
    return derived("basket", shop_id, profile)


def _keep_basket(scene: Scene, sent: BasketSent, basket: str, profile: str) -> None:
    event = scene.envelope.id
    where = {"store": scene.store, "station": sent.station, "language": sent.language}
    origin = {"shop_id": sent.basket, "log_id": scene.envelope.log, "n": scene.envelope.n, "told": scene.envelope.at}
    row = {"id": basket, "profile": profile, "event": event, "sent": scene.at, **where, **origin}
    lines = [fitting(tables.basket_line, _line(basket, place, line)) for place, line in enumerate(sent.lines)]
    scene.later.fill(fitting(tables.basket, row), lines)
    collects = any(line.store for line in sent.lines)
    scene.later.together(
        passing.sent, passing.Sent(id=basket, shop_id=sent.basket, collects=collects, at=scene.received)
    )


def _line(basket: str, position: int, line: Line) -> dict[str, Any]:
    item = line.item
    return {
        "basket": basket,
        "position": position,
        "sku": item.sku,
        "product_id": item.product_id,
        "name": item.name,
        "variant": item.variant,
        "quantity": line.quantity,
        "fulfilment": line.fulfilment,
        "price": item.price,
        "currency": item.currency,
        "store": line.store,
    }


def _queue_mail(scene: Scene, basket: str, found: Found) -> None:
    event = scene.envelope.id
    mail = derived("mail", event)
    row = queued(
        id=mail,
        event=event,
        kind=TEXT if found.kind == "phone" else MAIL,
        profile=found.profile,
        basket=basket,
        message_id=f"<{MAIL}.{event}@{scene.rules.mail_domain}>",
        due=scene.received,
    )
    scene.insert(tables.mail, **row)
    scene.later.stand(mail)  # a restored HQ may have sent it already
