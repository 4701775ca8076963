"""Reviews that wait for a decision, and deciding."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from edge.domain.article import HELD, REFUSED, SHOWN
from hq.errors import BusyError, InputError
from hq.feeds.wanted import want
from hq.live.article import title
from hq.reviews import moderation
from hq.web.pages import hq

Page = Callable[..., str]
STATES = {HELD: "Held back", SHOWN: "Shown", REFUSED: "Refused"}
MOST = 50
"""Reviews of one page; the next ones come up when these are decided."""


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/reviews", "reviews", lambda: listed(page))
    blueprint.add_url_rule("/reviews/<id_>", "decide_review", decide, methods=["POST"])


def listed(page: Page) -> str:
    state = request.args.get("state", HELD)
    state = state if state in STATES else HELD
    with hq().reading() as reading:
        counts = moderation.counts(reading)
        found = list(moderation.reviews(reading, state, limit=MOST))
    return page(
        "reviews.html",
        here="reviews",
        state=state,
        states=STATES,
        counts=counts,
        reviews=found,
        names=_names({one.review.product_id for one in found}),
        busy=request.args.get("busy", ""),
    )


def decide(id_: str) -> Response:
    action = request.form.get("decision", "")
    if action not in moderation.DECISIONS:
        abort(400)
    back = request.form.get("state", HELD)
    back = back if back in STATES else HELD
    try:
        moderation.decide(hq(), id_, moderation.DECISIONS[action])
    except InputError:
        abort(404)
    except BusyError:
        return redirect(f"/reviews?state={back}&busy=yes", 303)
    with hq().engine.begin() as connection:
        want(connection, hq().clock() + hq().config.doors.publish_seconds * 1000)
    return redirect(f"/reviews?state={back}", 303)


def _names(products: set[str]) -> dict[str, str]:
    """As the newest catalogue calls them, in its first language."""
    catalogue = hq().catalogue()
    if catalogue is None:
        return {}
    known = ((id_, catalogue.product(id_)) for id_ in products)
    first = next(iter(catalogue.languages), "")
    return {id_: title(product, first) for id_, product in known if product}
