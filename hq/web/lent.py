"""A basket that somebody shared: the articles with price and stock, nothing of whose it is, and nothing to change."""

from dataclasses import replace

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as Redirect

from hq import lending
from hq.live.availability import tone_of
from hq.live.basket import LiveBasket, live_basket, shared_basket
from hq.web.basket import notes_of
from hq.web.cart import cart
from hq.web.pages import here, hq, language, shown
from hq.words import count_of, words

blueprint = Blueprint("lent", __name__)


@blueprint.get("/s/<token>")
def page(token: str) -> tuple[str, int]:
    if (basket := _basket(token)) is None:
        return shown("nowhere.html", language(), 404, about="basket")
    say = words(basket.language, basket.store.id)
    return shown(
        "lent.html",
        basket.language,
        say=say,
        basket=basket,
        counted=count_of(say, basket.count),
        notes=lambda line: notes_of(line, basket, say),
        tone_of=tone_of,
        buy=f"{request.path}/buy" if cart(hq().config.web.cart_url, basket.lines, "") else "",
        links=here(),
        now=hq().clock(),
    )


@blueprint.get("/s/<token>/buy")
def buy(token: str) -> Redirect | tuple[str, int]:
    """To the web shop, without the basket's id: what others buy is not bought by whoever shared it."""
    basket = _basket(token)
    address = basket and cart(hq().config.web.cart_url, basket.lines, "")
    return redirect(address, 303) if address else shown("nowhere.html", language(), 404, about="basket")


def _basket(token: str) -> LiveBasket | None:
    """In the reader's own language, and without what was bought of it: that is its owner's business."""
    catalogue, spoken = hq().catalogue(), language()
    with hq().reading() as reading:
        if (id_ := lending.opened(reading, hq().keys, token)) is None:
            return None
        found = live_basket(reading, catalogue, id_, spoken) or shared_basket(reading, catalogue, id_, spoken)
    return found and replace(found, lines=tuple(replace(line, bought=False) for line in found.lines), goes_with=())
