"""The queue: baskets to gather and to hand over, and a field for the pick-up code."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from edge.domain import pickup
from edge.domain.money import Money, totals
from edge.domain.picking import Picking
from edge.shop import Queue, Shop, Station
from edge.shop.coupon_uses import Use
from kiosk.pages.reserved import held, place
from kiosk.pages.staff import sync
from kiosk.wording import clock

PICTURES = 4


@dataclass(frozen=True, kw_only=True)
class Card:
    """One waiting basket. Where HQ directed it, it is `directed`, and `source` names the store that asks ("" for the
    web shop), until when (0: no end)."""

    basket: str
    code: str
    sent: int
    gathered: int
    wanted: int
    state: str
    pictures: tuple[str, ...]
    more: int
    totals: tuple[Money, ...]
    directed: bool
    source: str
    until: int
    number: str
    ended: str
    changed: int


def page(shop: Shop, station: Station, screen: Queue) -> dict[str, Any]:
    return {
        "name": "queue",
        "key": "queue",
        "say": "",
        "waiting": [card(shop, picking) for picking in shop.gathering.queue()],
        "reserved": held(shop, shop.reserving.all()),
        "troubles": [trouble(shop, use) for use in shop.couponing.troubles()],
        "line_up": shop.outside.line_up(),
        **sync(shop),
    }


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A code of which HQ says something that staff has to know. `where` is in words: "at Tallinn, 14:05"."""

    id: str
    word: str
    code: str
    basket: str
    where: str
    spent: bool


def trouble(shop: Shop, use: Use) -> Trouble:
    """Of the code the last letters do, which the shopper's paper has too."""
    name, time = place(shop, use.other), clock(use.other_at)
    at, web = gettext("at %(store)s, %(time)s", store=name, time=time), gettext("on the web, %(time)s", time=time)
    return Trouble(
        id=use.id,
        word=use.word,
        code=f"…{use.code[-4:]}" if use.code else "",
        basket=pickup.spelled(pickup.code(use.basket)),
        where=str(at if name else web),
        spent=use.state == "spent",
    )


def card(shop: Shop, picking: Picking) -> Card:
    picks = picking.to_collect
    variants = [shop.catalogue.by_sku(pick.line.item.sku) for pick in picks]
    pictures = [variant.picture for variant in variants if variant and variant.picture]
    return Card(
        basket=picking.basket,
        code=pickup.spelled(pickup.code(picking.basket)),
        sent=picking.sent,
        gathered=picking.gathered,
        wanted=picking.wanted,
        state=picking.state,
        pictures=tuple(pictures[:PICTURES]),
        more=max(0, len(picks) - PICTURES),
        totals=totals([pick.line.total for pick in picking.picks]),
        directed=bool(picking.source),
        source=place(shop, picking.source),
        until=picking.until,
        number=picking.number,
        ended=picking.ended,
        changed=picking.changed,
    )
