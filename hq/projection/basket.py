"""BasketSent: the person, what they allowed, the basket, and a mail in the queue."""

from dataclasses import asdict
from hashlib import sha256

from sqlalchemy import delete, select, update

from edge.domain.basket import MOST_LINES, MOST_OF_ONE, Line
from edge.domain.events import BasketSent
from hq import decisions
from hq.events import HEX
from hq.projection.person import find_or_make
from hq.projection.scene import Scene, fitting
from hq.store import tables
from hq.store.insert import put
from sync.ingest import Rejected

HIGHEST_PRICE = 10**12
"""Minor units of one article: the sum of the largest basket stays far below what a column holds."""


def project(scene: Scene, sent: BasketSent) -> None:
    _check(sent)
    profile = find_or_make(scene, sent.language).profile
    _keep_consents(scene, sent, profile)
    basket = _basket_id(scene, sent, profile)
    _keep_basket(scene, sent, basket, profile)
    _queue_mail(scene, basket, profile)


def _check(sent: BasketSent) -> None:
    if not HEX.fullmatch(sent.basket):
        raise Rejected("the basket's id is not 32 hex digits")
    _check_lines(sent.lines)
    if any(consent.words_hash != sha256(consent.words.encode()).hexdigest() for consent in sent.consents):
        raise Rejected("the hash of a consent is not that of its words")


def _check_lines(lines: tuple[Line, ...]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise Rejected(f"a basket of {len(lines)} lines: 1 to {MOST_LINES} are right")
    if any(not 1 <= line.quantity <= MOST_OF_ONE for line in lines):
        raise Rejected(f"a quantity that is not 1 to {MOST_OF_ONE}")
    if any(not 0 <= line.item.price <= HIGHEST_PRICE for line in lines):
        raise Rejected(f"a price that is not 0 to {HIGHEST_PRICE} minor units")
    if len({line.item.sku for line in lines}) < len(lines):
        raise Rejected("two lines of one article")


def _keep_consents(scene: Scene, sent: BasketSent, profile: str) -> None:
    for consent in sent.consents:
        event = scene.envelope.id
        scene.insert(tables.consent, profile=profile, how="screen", event=event, at=scene.at, **asdict(consent))


def _basket_id(scene: Scene, sent: BasketSent, profile: str) -> str:
    """The basket's own id; where it was sent to another person before, an id of this person's copy."""
    basket = tables.basket.c
    owner = scene.connection.scalar(select(basket.profile).where(basket.id == sent.basket))
    return sent.basket if owner in (None, profile) else _derived("basket", sent.basket, profile)


def _keep_basket(scene: Scene, sent: BasketSent, basket: str, profile: str) -> None:
    connection, event = scene.connection, scene.envelope.id
    connection.execute(delete(tables.basket_line).where(tables.basket_line.c.basket == basket))
    where = {"store": scene.store, "station": sent.station, "language": sent.language}
    row = fitting(tables.basket, {"id": basket, "profile": profile, "event": event, "sent": scene.at, **where})
    put(connection, tables.basket, row)
    for position, line in enumerate(sent.lines):
        item = line.item
        scene.insert(
            tables.basket_line,
            basket=basket,
            position=position,
            sku=item.sku,
            product_id=item.product_id,
            name=item.name,
            variant=item.variant,
            quantity=line.quantity,
            fulfilment=line.fulfilment,
            price=item.price,
            currency=item.currency,
        )
    _claim_orders(scene, basket, profile)


def _claim_orders(scene: Scene, basket: str, profile: str) -> None:
    order = tables.order_line.c
    theirs = update(tables.order_line).where(order.basket == basket, order.profile.is_(None))
    scene.connection.execute(theirs.values(profile=profile))


def _queue_mail(scene: Scene, basket: str, profile: str) -> None:
    event = scene.envelope.id
    mail = _derived("mail", event)
    scene.insert(
        tables.mail,
        id=mail,
        event=event,
        kind="basket",
        profile=profile,
        basket=basket,
        state="queued",
        message_id=f"<basket.{event}@{scene.rules.mail_domain}>",
        tries=0,
        due=scene.received,
        error="",
    )
    decisions.stand(scene.connection, mail)  # a restored HQ may have sent it already


def _derived(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
