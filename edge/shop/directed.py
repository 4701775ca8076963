"""Baskets that HQ directs to this store's queue: what another store reserved here, what the web shop sold to be
collected. Whoever asked for them is told how they stand.
"""

from dataclasses import replace
from typing import Literal

from edge.domain.article import WEB
from edge.domain.directives import ChangeBasket, GatherBasket, LetBasketGo
from edge.domain.events import BasketReleased, ReservationAnswered
from edge.domain.picking import Picking, begun, is_gathered
from edge.shop import coupon_uses, pickups
from edge.shop.records import Writing


def gather(writing: Writing, asked: GatherBasket) -> None:
    """It stands in the queue, unless its time is over before it came."""
    before = pickups.load(writing.db, asked.basket)
    if asked.until and asked.until <= writing.at:
        writing.append(ReservationAnswered(reservation=asked.basket, staff="", station="", answer="lapsed"))
        return
    if before and asked.source != WEB:
        begins = before.renew().choose(asked.lines, writing.at)
    else:
        begins = begun(asked.basket, asked.lines, writing.at, before)
    after = replace(begins, source=asked.source, until=asked.until, number=asked.number)
    pickups.save(writing.db, after)
    answer(writing, before, after)


def change(writing: Writing, asked: ChangeBasket) -> None:
    """One that only a phone took from its code comes into the queue where there is something to fetch; one that is
    over stays so."""
    before = pickups.load(writing.db, asked.basket)
    if before is None and any(map(is_gathered, asked.lines)):
        pickups.save(writing.db, begun(asked.basket, asked.lines, writing.at, None))
    elif before and not before.released:
        pickups.save(writing.db, before.choose(asked.lines, writing.at))


def let_go(writing: Writing, asked: LetBasketGo) -> None:
    _release(writing, asked.basket, "put-back")


def lapse(writing: Writing, basket: str) -> None:
    """Its time is over."""
    _release(writing, basket, "lapsed")


def answer(writing: Writing, before: Picking | None, after: Picking, *, staff: str = "", station: str = "") -> None:
    """Whoever asked for the basket hears of it where there is something new to say."""
    if after.source and (before is None or before.answer != after.answer):
        said = ReservationAnswered(reservation=after.basket, staff=staff, station=station, answer=after.answer)
        writing.append(said)


def _release(writing: Writing, basket: str, why: Literal["lapsed", "put-back"]) -> None:
    before = pickups.load(writing.db, basket)
    if before is None or not before.waits or before.released:
        return
    after = before.release_from_afar(why)
    pickups.save(writing.db, after)
    coupon_uses.release(writing, basket, "expired" if why == "lapsed" else why)
    said = BasketReleased(staff="", station="", basket=basket, reason="expired" if why == "lapsed" else why)
    writing.append(said)
    answer(writing, before, after)
