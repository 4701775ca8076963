"""The basket page: what the link in the mail opens, and where a station's code leads."""

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Redirect

from edge.domain.basket import MOST_OF_ONE
from edge.domain.consent import Purpose
from hq import decisions, links, people, sharing
from hq.live.availability import Note, notes, tone_of
from hq.live.basket import LiveBasket, LiveLine, live_basket, shared_basket
from hq.sharing import Choice
from hq.web import browser, choice
from hq.web.cart import cart
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


@blueprint.post("/b/<token>/lines")
def change(token: str) -> Answer | Redirect:
    """One line of a basket that was taken from a code: how many, or none. What makes no sense changes nothing."""
    basket = _basket(token)
    if basket is None or not basket.by_code:
        return shown("nowhere.html", language(), 404, about="basket")
    choice = _chosen(basket)
    if choice:
        sharing.choose(hq(), basket.id, choice)
    return redirect(f"/b/{token}?lang={basket.language}#lines", 303)


def _chosen(basket: LiveBasket) -> Choice | None:
    """Of an article that is in the basket, or was; and only what is another number than before."""
    sku, quantity = request.form.get("sku", ""), request.form.get("quantity", type=int)
    there = {line.sku: line.quantity for line in basket.lines} | dict.fromkeys((line.sku for line in basket.removed), 0)
    if sku not in there or quantity is None or not 0 <= quantity <= MOST_OF_ONE or quantity == there[sku]:
        return None
    return Choice(sku=sku, quantity=quantity)


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
    say = words(basket.language)
    return shown(
        "basket.html",
        basket.language,
        basket=basket,
        counted=count_of(say, basket.count),
        notes=lambda line: _notes(line, basket, say),
        tone_of=tone_of,
        buy=cart(hq().config.web.cart_url, basket.lines, basket.id),
        links=here(),
        asked=_asked(basket),
        given=choice.consents(hq(), basket.profile) if basket.profile else {},
        saved=request.args.get("saved") == "1",
        now=hq().clock(),
    )


def _notes(line: LiveLine, basket: LiveBasket, say: Words) -> list[Note]:
    return notes(line.article, basket.store, say) if line.article else [Note(tone="gone", text=say("line.unlisted"))]


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
