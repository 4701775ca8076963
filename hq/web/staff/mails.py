"""What mails look like, with real data: chosen by template, language and basket. Nothing is ever sent from here."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from hq import decisions
from hq.insight import baskets
from hq.links import Links
from hq.live.basket import LiveBasket
from hq.mail import preview as previews
from hq.web.pages import NAMES, here, hq, theme
from hq.web.security import POLICY
from hq.web.staff import gate
from hq.words import LANGUAGES

Page = Callable[..., str]
TITLES = {
    "mail": "The basket",
    "reminder": "Reminder of a basket",
    "offer": "After a missed size",
    "thanks": "Thanks",
    "invitation": "Invitation",
    "reward": "Friend’s reward",
    "back": "It is back",
}
LATEST = 12
FRAMED = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
"""Of the mail itself: styles stand inline in mails, so they may here, in a document of no origin that runs nothing,
sends nothing and loads pictures of HQ alone."""


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/mails", "mails", lambda: shown(page))
    blueprint.add_url_rule("/mails/html", "mail_html", html)


def shown(page: Page) -> Response:
    basket = _basket()
    with hq().reading() as reading:
        latest = baskets.latest(reading, LATEST)
    _note(basket)
    text = page(
        "mails.html",
        here="mails",
        chosen=_template(),
        templates={name: TITLES.get(name, name) for name in previews.TEMPLATES},
        spoken=_language(),
        languages=NAMES,
        basket=request.args.get("basket", ""),
        latest=latest,
        preview=previews.preview(hq(), theme(), _template(), basket, _public()) if basket else None,
        query=urlencode({"template": _template(), "language": _language(), "basket": request.args.get("basket", "")}),
    )
    answer = Response(text, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return answer


def html() -> Response:
    """The mail alone, for the frame of the page; its address opens without that page, too."""
    if (basket := _basket()) is None:
        abort(404)
    _note(basket)
    answer = Response(previews.preview(hq(), theme(), _template(), basket, here()).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


def _note(basket: LiveBasket | None) -> None:
    """A made-up basket is nobody's."""
    if basket and basket.profile:
        decisions.looked(hq(), basket.profile, by=gate.who(), how="mail preview")


def _basket() -> LiveBasket | None:
    with hq().reading() as reading:
        found = previews.basket_of(hq(), reading, request.args.get("basket", ""), _language())
    if found is None and request.args.get("basket"):
        abort(404)
    return found


def _public() -> Links:
    """Addresses as they stand in mails; the frame, which loads pictures of this server alone, has its own."""
    return Links(base=hq().public_url, key=hq().keys.link)


def _template() -> str:
    asked = request.args.get("template", "")
    return asked if asked in previews.TEMPLATES else previews.TEMPLATES[0]


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]
