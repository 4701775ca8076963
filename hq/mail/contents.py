"""A row of the queue -> the mail as of this moment: prices, stock, consent, address and what it may be about, all are
read now."""

import logging
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, Row

from edge.catalogue import Catalogue
from hq import journeys, people, wishes
from hq.config import Journey
from hq.coupons.issuing import issue_once
from hq.coupons.terms import all_terms
from hq.coupons.whose import Open, still_open
from hq.coupons.wording import Offered, offered
from hq.journeys.facts import declared
from hq.journeys.triggers import TRIGGERS
from hq.links import Links
from hq.live.basket import LiveBasket, live_basket
from hq.live.wish import live_wish
from hq.mail.compose import compose
from hq.mail.hooked import METADATA
from hq.mail.letter import Evening, letter
from hq.mail.smtp import NotNow, Undeliverable
from hq.outbox import ASKED, MAIL, TOLD_BACK
from hq.service import Hq
from hq.theme import Theme

log = logging.getLogger(__name__)


class NotYet(Exception):
    """A message that may not go before `until`, in ms."""

    def __init__(self, why: str, until: int) -> None:
        super().__init__(why)
        self.until = until


class Never(Exception):
    """A message that will not go. `state` is what becomes of its row."""

    def __init__(self, why: str, state: str) -> None:
        super().__init__(why)
        self.state = state


def message(hq: Hq, theme: Theme, row: Row[Any]) -> EmailMessage:
    """Raises `NotNow`, `Undeliverable`, `NotYet` or `Never`."""
    if (catalogue := hq.catalogue()) is None:
        raise NotNow("no catalogue is published yet")
    with hq.reading() as reading:
        to = people.mail_of(reading, row.profile)
        skus = () if row.kind == MAIL else _judged(hq, reading, catalogue, row, to)
        basket = basket_of(hq, reading, catalogue, row, skus)
        given = people.answers(reading, row.profile)
        barred = people.suppressions(reading, row.profile)
    if to is None or basket is None:
        raise Undeliverable("the address or the basket is no longer kept", bounced=False)
    if row.kind == MAIL and people.refused(given, "baskets"):
        raise Never("they want no baskets sent to them", "dropped")
    if "bounced" in barred:
        raise Undeliverable("mails to this address came back", bounced=False)
    offer = _offer(hq, row, basket.language) if people.wants(given, "offers") else None
    links = Links(base=hq.public_url, key=hq.keys.link)
    evening = _evening(hq, catalogue, row, basket, links)
    values = letter(
        basket,
        about=_about(hq, row),
        mail=row.id,
        theme=theme,
        links=links,
        page=evening.url if evening else page_of(row, basket, links),
        at=hq.clock(),
        zone=hq.config.shop.timezone,
        marketing=people.wants(given, "offers") and not barred,
        profiling=people.allowed(given, "profiling"),
        evening=evening,
        offer=offer,
    )
    composed = compose(values, sender=hq.config.mail.sender, to=to, message_id=row.message_id, at=hq.clock())
    if any(hook.shape == "postmark" for hook in hq.config.mailhook):
        composed[f"X-PM-Metadata-{METADATA}"] = row.message_id
    return composed


def basket_of(
    hq: Hq, reading: Connection, catalogue: Catalogue, row: Row[Any], skus: Sequence[str]
) -> LiveBasket | None:
    """What the message shows; `skus`: what a message that is judged may be about."""
    if row.kind in TOLD_BACK:
        return live_wish(reading, catalogue, row.event)
    if journey := _journey(hq, row):
        world = journeys.World(catalogue=catalogue, config=hq.config)
        return TRIGGERS[journey.trigger].contents(reading, world, row, skus)
    return live_basket(reading, catalogue, row.basket)


def page_of(row: Row[Any], basket: LiveBasket, links: Links) -> str:
    """Where the message leads: the basket, or the first article that is offered or back."""
    if row.basket:
        return links.basket(basket.id)
    article = basket.lines[0].article if basket.lines else None
    return (article and links.article(article)) or links.base


def _judged(hq: Hq, reading: Connection, catalogue: Catalogue, row: Row[Any], to: str | None) -> Sequence[str]:
    """The SKUs that may be written about to this person now."""
    if to is None:
        raise Never("no mail address is known", "dropped")
    return judged(hq, reading, catalogue, row)


def judged(hq: Hq, reading: Connection, catalogue: Catalogue, row: Row[Any]) -> Sequence[str]:
    """The SKUs that a message which is judged may be about now, best first. Raises `NotYet` and `Never`."""
    if row.kind in TOLD_BACK:
        verdict = wishes.verdict(reading, catalogue, hq.config, row.event, hq.clock())
    else:
        world = journeys.World(catalogue=catalogue, config=hq.config)
        verdict = journeys.verdict(reading, world, row, hq.clock())
    if verdict.outcome == "later":
        raise NotYet(verdict.words, verdict.until)
    if verdict.outcome != "send":
        raise Never(verdict.words, "control" if verdict.outcome == "control" else "dropped")
    return verdict.skus


def _journey(hq: Hq, row: Row[Any]) -> Journey | None:
    return None if row.kind in ASKED else declared(hq.config, row.kind)


def _offer(hq: Hq, row: Row[Any], language: str) -> Offered | None:
    """The code that this message carries: of a journey that has a campaign one of its own, the same at every try."""
    journey = _journey(hq, row)
    if journey and journey.trigger == "friend-bought":
        return _reward(hq, row, language)
    if journey is None or not journey.coupon:
        return None
    campaign = journey.coupon
    made = issue_once(hq, campaign, f"mail {row.id}", profile=row.profile, basket=row.basket)
    if made is None:
        log.warning("a message of %s goes without a code: no more of %s can be issued", row.kind, campaign)
        return None
    one = Open(code=made.code, until=made.until, terms=all_terms(hq.config)[campaign], basket=row.basket)
    return offered(one, language, hq.config.shop.timezone)


def _reward(hq: Hq, row: Row[Any], language: str) -> Offered:
    """The code that the message is about."""
    with hq.reading() as reading:
        one = still_open(reading, hq.keys, hq.config, row.subject, hq.clock())
    if one is None:
        raise Never("the code is not good any more", "dropped")
    return offered(one, language, hq.config.shop.timezone)


def _about(hq: Hq, row: Row[Any]) -> str:
    """The section of the words that the mail is written in."""
    if row.kind in TOLD_BACK:
        return "back"
    journey = _journey(hq, row)
    return journey.words if journey else "mail"


def _evening(hq: Hq, catalogue: Catalogue, row: Row[Any], basket: LiveBasket, links: Links) -> Evening | None:
    """The store's event that the message invites to."""
    journey = _journey(hq, row)
    if journey is None or journey.trigger != "store-event":
        return None
    world = journeys.World(catalogue=catalogue, config=hq.config)
    if (event := world.event(row.subject)) is None:
        raise Never("the event is not planned any more", "dropped")
    zone, words = world.zone(event.store), event.told(basket.language)
    begins, ends = event.hours(zone)
    return Evening(
        title=words.title,
        text=words.text,
        begins=begins,
        ends=ends,
        zone=zone.key,
        url=event.link or links.store_event(event.id),
    )
