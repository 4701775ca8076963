"""The calls, each parsed strictly and answered by one use case; CORS for the shops' own pages, and nobody else's."""

from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, abort, current_app, request, send_file
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from edge.openapi import described
from hq import browsers
from hq.errors import JournalError
from hq.links import Links
from hq.web.pages import hq
from hq.webapi import showing, told, visitors
from hq.webapi.asking import Asking, RefusedError, who
from hq.webapi.calls import API, CALLS, MOST_SHOWN
from hq.webapi.limits import Limits
from hq.webapi.shapes import (
    BasketOut,
    EventsIn,
    EventsOut,
    PersonIn,
    ProblemOut,
    RetargetOut,
    VisitorIn,
    VisitorOut,
)

blueprint = Blueprint("webapi", __name__)
T = TypeVar("T")
SNIPPET = Path(__file__).parents[1] / "static" / "shop" / "tote.js"
EACH_SECOND, EACH_BURST = 10.0, 40.0
"""Calls of one browser."""
AGAIN = {429: "1", 503: "60"}
"""Seconds to wait, by status."""


@blueprint.get("/web/openapi.json")
def description() -> Response:
    """OpenAPI 3.1."""
    return Response(_description(), mimetype="application/json")


@cache
def _description() -> bytes:
    return described(API)


@blueprint.get("/web/tote.js")
def snippet() -> Response:
    """For the web shop's pages."""
    answer = send_file(SNIPPET, "text/javascript", max_age=3600)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # so that pages may pin it by its hash
    return answer


def events() -> EventsOut:
    sent = _body(EventsIn)
    asking = _asking(sent.key, sent.visitor)
    profile = _whose(asking, sent.visitor, sent.person)
    if asking.trusted:
        report = told.order_report(hq(), asking, sent.events, sent.person)
        if report and report.rejected:
            first = report.problems[0]
            raise RefusedError(f"{first.field}: {first.reason}; {first.hint}. Nothing was taken.", 422)
    kept = told.keep(hq(), asking, profile, sent.events)
    leads = bool(sent.visitor) and visitors.of_visitor(hq(), sent.visitor) is not None
    return EventsOut(accepted=kept.accepted, repeated=kept.repeated, ignored=kept.ignored, visitor=leads)


def visitor() -> VisitorOut:
    sent = _body(VisitorIn)
    asking = _asking(sent.key, "")
    person = visitors.of_person(hq(), sent.person) if asking.trusted else None
    profile = person or visitors.of_passed(hq(), sent.passed)
    return VisitorOut(visitor=browsers.draw(hq(), profile) if profile else "")


def basket() -> BasketOut:
    whose, language = _asked_about(), request.args.get("language", "")
    catalogue = hq().catalogue()
    if whose is None or catalogue is None:
        return BasketOut(lines=())
    with hq().reading() as reading:
        lines = showing.basket_lines(reading, catalogue, whose, _links(), language, hq().clock())
    return BasketOut(lines=lines)


def retarget() -> RetargetOut:
    limit = _number("limit", 4, MOST_SHOWN)
    whose, language = _asked_about(), request.args.get("language", "")
    catalogue = hq().catalogue()
    if whose is None or catalogue is None:
        return RetargetOut(items=())
    with hq().reading() as reading:
        return RetargetOut(items=showing.retargeted(reading, catalogue, whose, _links(), language, limit))


def _asked_about() -> showing.Whose | None:
    """Orders and typed addresses link people (`hq.linking`), right or wrong: to a browser they disclose nothing."""
    visitor, customer = request.args.get("visitor", "")[:64], request.args.get("customer", "")[:256]
    asking = _asking(request.args.get("key", ""), visitor)
    profile = _whose(asking, visitor, PersonIn(customer=customer))
    if profile is None:
        return None
    return showing.Whose(profile=profile, alone=visitors.of_visitor(hq(), visitor) is not None)


def _whose(asking: Asking, visitor: str, person: PersonIn) -> str | None:
    """A browser's word of who it is counts for nothing: it may name anybody."""
    found = visitors.of_visitor(hq(), visitor) if visitor else None
    return found or (visitors.of_person(hq(), person) if asking.trusted else None)


def _asking(key: str, visitor: str) -> Asking:
    signed = request.get_data() if request.method == "POST" else request.full_path.rstrip("?").encode()
    asking = who(hq().config.webshop, key, request, signed)
    most = float(asking.shop.most_per_second)
    one, address = visitor or _address(), _address()
    if not asking.trusted and one and not _limits().take(f"{asking.shop.name} {one}", EACH_SECOND, EACH_BURST):
        raise RefusedError("Too many requests of one browser: again after a second.", 429)
    if not asking.trusted and address and not _limits().take(f"{asking.shop.name} from {address}", most / 4, most):
        raise RefusedError("Too many requests of one address: again after a second.", 429)  # whoever it says it is
    if not _limits().take(asking.shop.name, most, 4 * most):
        raise RefusedError("Too many requests of the shop (webshop.most_per_second): again after a second.", 429)
    return asking


def _limits() -> Limits:
    found: Limits = current_app.extensions.setdefault("webapi-limits", Limits())
    return found


def _address() -> str:
    """Who asks; "" behind a proxy on this machine, which asks for everybody."""
    address = request.remote_addr or ""
    try:
        return "" if ip_address(address).is_loopback else address
    except ValueError:
        return address


def _links() -> Links:
    return Links(base=hq().public_url, key=hq().keys.link)


def _body(kind: type[T]) -> T:
    """Whatever it is called: browsers ask before they send JSON as JSON to another origin, and not as text."""
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        abort(400, str(error))


def _number(name: str, usual: int, most: int) -> int:
    text = request.args.get(name, str(usual))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(400, f"{name} is a whole number of 1 to {most}")
    return min(max(int(text), 1), most)


def _answer(value: Any, status: int = 200) -> Response:
    answer = Response(msgspec.json.encode(value), status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    if again := AGAIN.get(status):
        answer.headers["Retry-After"] = again
    return answer


def _calling(view: Any) -> Any:
    return lambda: _answer(view())


_VIEWS = {view.__name__: view for view in (events, visitor, basket, retarget)}
for _call in CALLS:
    blueprint.add_url_rule(_call.path, _call.name, _calling(_VIEWS[_call.name]), methods=[_call.method.upper()])


@blueprint.after_request
def share(answer: Response) -> Response:
    """Pages of the shops may read what is answered, others not. No cookie is looked at, nor let through."""
    answer.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if any(origin in shop.origins for shop in hq().config.webshop):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = answer.headers.get("Allow", "")
            answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
            answer.headers["Access-Control-Max-Age"] = "7200"
    return answer


@blueprint.errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    return _answer(ProblemOut(error=error.description or error.name), error.code or 500)


@blueprint.errorhandler(RefusedError)
def refused(error: RefusedError) -> Response:
    return _answer(ProblemOut(error=str(error)), error.status)


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(PoolTimeoutError)
@blueprint.errorhandler(JournalError)
def busy(_error: Exception) -> Response:
    return _answer(ProblemOut(error="HQ can't take it just now. Send it again in a minute."), 503)
