"""A screen of a station as HTML: the fragment that goes into the stage, with what the page's script needs to know."""

import itertools
import re
from collections.abc import Callable
from hashlib import blake2s
from secrets import token_hex
from typing import Any

from flask import render_template
from flask_babel import force_locale

from edge.shop import (
    Article,
    Attract,
    BasketScreen,
    Browse,
    Encode,
    Gather,
    HandOver,
    Queue,
    Screen,
    Send,
    Sent,
    Shop,
    ShopError,
    Station,
    Tally,
    TellMe,
    Unknown,
    Welcome,
    Whose,
)
from kiosk import signed
from kiosk.pages import (
    article,
    attract,
    basket,
    browse,
    encode,
    gather,
    hand_over,
    helping,
    pin,
    queue,
    send,
    sent,
    staff,
    tally,
    tell_me,
    unknown,
    welcome,
    whose,
)
from kiosk.parts import kiosk

Page = Callable[[Shop, Station, Any], dict[str, Any]]
"""What a template needs to show a screen."""

PAGES: dict[type, tuple[str, Page]] = {
    Attract: ("attract", attract.page),
    Article: ("article", article.page),
    Browse: ("browse", browse.page),
    BasketScreen: ("basket", basket.page),
    Send: ("send", send.page),
    TellMe: ("tell_me", tell_me.page),
    Sent: ("sent", sent.page),
    HandOver: ("hand_over", hand_over.page),
    Unknown: ("unknown", unknown.page),
    Welcome: ("welcome", welcome.page),
    Whose: ("whose", whose.page),
}
STAFF_PAGES: dict[type, tuple[str, Page]] = {
    **PAGES,
    Attract: ("staff", staff.page),
    Article: ("staff_article", staff.article),
}
SIGNED_PAGES: dict[type, tuple[str, Page]] = {
    **STAFF_PAGES,
    Attract: ("queue", queue.page),
    Queue: ("queue", queue.page),
    Gather: ("gather", gather.page),
    Tally: ("tally", tally.page),
    Encode: ("encode", encode.page),
}
"""What only somebody who is signed in sees; others see the station's first screen."""

_start = token_hex(4)
_rendered = itertools.count(1)
_blank = re.compile(r"\s*\n\s*")


def name(screen: Screen) -> str:
    """The screen's name as state.json and `data-screen` give it."""
    return {**SIGNED_PAGES, **PAGES}[type(screen)][0]


def fragment(station: Station, *, error: ShopError | None = None) -> str:
    """What `station` shows now. Its number is drawn before the state is read: of two fragments that cross on their way
    the one with the higher number is never the older, and the page keeps that one."""
    order = f"{_start}.{next(_rendered)}"
    shop = kiosk().shop
    with force_locale(shop.language(station.id)):
        return _render(shop, station, shop.screen(station.id), order, error)


def _render(shop: Shop, station: Station, screen: Screen, order: str, error: ShopError | None) -> str:
    member = signed.session(station.id)
    template, page = _page(shop, station, screen, signed_in=member is not None)
    context = {
        "station": station,
        "visit": shop.visit(station.id),
        "language": shop.language(station.id),
        "languages": shop.languages,
        "others": len(shop.stations) > 1,
        "met": shop.greeting(station.id),
        "comfort": shop.comforting.at(station.id),
        "count": shop.basket(station.id).count,
        "theme": kiosk().theme,
        "member": member,
        **helping.part(shop, station, member),
        "waiting_count": len(shop.gathering.queue()) if member else 0,
        "error": error.key if error else "",
        "error_number": error.number if error else 0,
        "readers_down": [
            reader.name
            for reader in shop.outside.readers(station.id)
            # the page that shows this is that reader: it is about to say that it is up
            if reader.state == "down" and reader.driver != "browser"
        ],
        "name": name(screen),
        "sku": getattr(screen, "sku", ""),
        **page(shop, station, screen),
    }
    body = _blank.sub("\n", render_template(f"screens/{template}.html", **context))
    return render_template("frame.html", body=body, order=order, digest=_digest(body), **context)


def _page(shop: Shop, station: Station, screen: Screen, *, signed_in: bool) -> tuple[str, Page]:
    if station.kind != "staff":
        return PAGES[type(screen)]
    if shop.staff.bearer(station.id) or shop.staff.refused(station.id):
        return "pin", pin.page
    pages = SIGNED_PAGES if signed_in else STAFF_PAGES
    return pages.get(type(screen), pages[Attract])


def _digest(body: str) -> str:
    return blake2s(body.encode(), digest_size=8).hexdigest()
