"""The basket page: what the link in the mail opens, and where a station's code leads."""

from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Redirect

from edge.domain.basket import MOST_OF_ONE
from edge.domain.consent import Purpose
from hq import decisions, lending, links, people
from hq.choices import Choice
from hq.coupons.whose import theirs_open
from hq.coupons.wording import Offered, offered
from hq.friends.naming import is_on
from hq.links import Links
from hq.live.availability import Note, notes, tone_of
from hq.live.basket import LiveBasket, LiveLine, live_basket, shared_basket
from hq.web import browser, choice
from hq.web.cart import cart, with_pass
from hq.web.pages import here, hq, language, shown, theme
from hq.words import Words, count_of, words

blueprint = Blueprint("basket", __name__)
Answer = Response | tuple[str, int]


@blueprint.get("/b/<token>")
def page(token: str) -> Answer:
    basket = _basket(token)
    if basket is None:
        return shown("nowhere.html", language(), 404, about="basket")
    answer = make_response(_page(basket))
    if basket.profile and request.method == "GET" and not browser.is_prefetch(request):
        _track(basket, basket.profile, answer)
    return answer


@blueprint.get("/b/<token>/buy")
def buy(token: str) -> Answer | Redirect:
    """To the web shop, with what is still open. A browser that may be recognised takes along a pass by which it is,
    there too; it holds for minutes, since it stands in an address."""
    basket = _basket(token)
    offers = _offers(basket) if basket else []
    code = offers[0].code.replace(" ", "") if offers else ""
    address = basket and cart(hq().config.web.cart_url, basket.lines, basket.id, code)
    if basket is None or not address:
        return shown("nowhere.html", language(), 404, about="basket")
    profile = basket.profile if hq().config.webshop else None
    allows = profile and choice.consents(hq(), profile)["profiling"]
    if profile and allows and not browser.is_anothers(hq(), request, profile):
        address = with_pass(address, links.passing(hq().keys.link, basket.id, hq().clock()))
    return redirect(address, 303)


@blueprint.post("/b/<token>/lines")
def change(token: str) -> Answer | Redirect:
    """One line: how many, or none, and how it comes home. What makes no sense changes nothing. Whoever holds the link,
    which nobody can guess, may; no other site knows where to send such a form."""
    basket = _basket(token)
    if basket is None:
        return shown("nowhere.html", language(), 404, about="basket")
    line = next((line for line in basket.shown if line.sku == request.form.get("sku", "")), None)
    if line is None or line.bought:
        return redirect(f"/b/{token}?lang={basket.language}#lines", 303)
    before = _stands(basket, line)
    if (wanted := _wanted(line, before)) != before:
        decisions.change_basket(hq(), basket.id, wanted)
    return redirect(f"/b/{token}?lang={basket.language}#line-{line.position + 1}", 303)


def _stands(basket: LiveBasket, line: LiveLine) -> Choice:
    quantity = 0 if line in basket.removed else line.quantity
    return Choice(sku=line.sku, quantity=quantity, fulfilment=line.fulfilment if line.chosen else "")


def _wanted(line: LiveLine, before: Choice) -> Choice:
    """`before` with what the form says of it."""
    quantity, way = request.form.get("quantity", before.quantity, type=int), request.form.get("fulfilment", "")
    return replace(
        before,
        quantity=quantity if 0 <= quantity <= MOST_OF_ONE else before.quantity,
        fulfilment=way if way in line.ways and way != line.fulfilment else before.fulfilment,
    )


@blueprint.post("/b/<token>/unshare")
def unshare(token: str) -> Answer | Redirect:
    """Whoever has the link for others sees nothing by it any more; the next link is another."""
    if (basket := _basket(token)) is None:
        return shown("nowhere.html", language(), 404, about="basket")
    decisions.end_lending(hq(), basket.id)
    return redirect(f"/b/{token}?lang={basket.language}&unshared=1#share", 303)


@blueprint.post("/b/<token>/consents")
def choose(token: str) -> Answer | Redirect:
    """The boxes as they were sent: one that is missing was not ticked."""
    basket = _basket(token)
    if basket is None or basket.profile is None:
        return shown("nowhere.html", language(), 404, about="basket")
    wanted = {purpose: request.form.get(purpose) == "yes" for purpose in _asked(basket)}
    choice.choose(hq(), basket.profile, wanted, shop=theme().name, language=basket.language)
    return redirect(f"/b/{token}?lang={basket.language}&saved=1#consents", 303)


def _basket(token: str) -> LiveBasket | None:
    id = links.read(hq().keys.link, "basket", token)  # noqa: A001
    if id is None:
        return None
    with hq().reading() as reading:
        catalogue, spoken = hq().catalogue(), request.args.get("lang", "")
        return live_basket(reading, catalogue, id, spoken) or shared_basket(reading, catalogue, id, spoken)


def _page(basket: LiveBasket) -> tuple[str, int]:
    say = words(basket.language, basket.store.id)
    abroad = Links(base=hq().public_url, key=hq().keys.link)  # as others open them
    with hq().reading() as reading:
        lent = lending.link(reading, abroad, basket.id)
    return shown(
        "basket.html",
        basket.language,
        say=say,
        basket=basket,
        counted=count_of(say, basket.count),
        notes=lambda line: notes_of(line, basket, say),
        tone_of=tone_of,
        buy=f"{here().basket(basket.id)}/buy" if cart(hq().config.web.cart_url, basket.lines, basket.id) else "",
        links=here(),
        asked=_asked(basket),
        offers=_offers(basket),
        friend=abroad.friend(basket.profile) if basket.profile and is_on(hq()) else "",
        given=choice.consents(hq(), basket.profile) if basket.profile else {},
        saved=request.args.get("saved") == "1",
        now=hq().clock(),
        lent=lent,
        unshared=request.args.get("unshared") == "1",
    )


def notes_of(line: LiveLine, basket: LiveBasket, say: Words) -> list[Note]:
    return notes(line.article, basket.store, say) if line.article else [Note(tone="gone", text=say("line.unlisted"))]


def _offers(basket: LiveBasket) -> list[Offered]:
    """The codes that came with messages about this basket, as long as they are good: who holds its link has those."""
    if basket.profile is None:
        return []
    with hq().reading() as reading:
        own = theirs_open(reading, hq().keys, hq().config, basket.profile, hq().clock())
    return [offered(one, basket.language, hq().config.shop.timezone) for one in own if one.basket == basket.id]


def _asked(basket: LiveBasket) -> tuple[Purpose, ...]:
    """Whoever unsubscribed is not asked for marketing again on every page."""
    if basket.profile is None:
        return ()
    with hq().reading() as reading:
        barred = people.suppressions(reading, basket.profile)
    standing = choice.consents(hq(), basket.profile)
    return tuple(purpose for purpose in standing if purpose != "marketing" or not barred)


def _track(basket: LiveBasket, profile: str, answer: Response) -> None:
    if choice.consents(hq(), profile)["profiling"]:
        with suppress(*decisions.NOT_NOW):  # a visit that can't be noted is no reason to show no basket
            browser.note_visit(hq(), profile, page="basket", basket=basket.id)
            browser.tie(hq(), request, answer, profile)
    else:
        browser.untie(request, answer)
