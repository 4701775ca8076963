"""The calls, each parsed strictly, answered by one use case of the shop."""

from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from edge.domain.basket import Basket
from edge.openapi import described
from edge.shop import Browse, PairingRefusedError, ShopError
from kiosk import screens
from kiosk.api.calls import CALLS, PAGE_SIZE
from kiosk.api.openapi import API
from kiosk.api.shapes import (
    ChangeIn,
    FoundOut,
    LineIn,
    PairedOut,
    PairIn,
    ProblemOut,
    ProductOut,
    ScannedOut,
    StateOut,
    StationOut,
    StationsOut,
)
from kiosk.pages import browse
from kiosk.parts import kiosk, station_or_404
from kiosk.posted import BadPostError
from kiosk.refusing import because
from kiosk.views import scan as scans
from kiosk.views.station import MOST_OFFSET, MOST_TYPED

views = Blueprint("api", __name__)
T = TypeVar("T")


@views.get("/api/openapi.json")
def description() -> Response:
    """OpenAPI 3.1."""
    return Response(_description(), mimetype="application/json")


@cache
def _description() -> bytes:
    return described(API)


def stations() -> StationsOut:
    known = kiosk().shop.stations.values()
    return StationsOut(stations=tuple(StationOut(id=s.id, kind=s.kind, name=s.name) for s in known))


def state(station: str) -> StateOut:
    shop = kiosk().shop
    station_or_404(station)
    screen, visit = shop.screen(station), shop.visit(station)
    return StateOut(
        screen=screens.name(screen),
        sku=getattr(screen, "sku", None),
        visit=visit.id if visit else None,
        language=shop.language(station),
        basket=shop.basket(station).count,
    )


def scan(station: str) -> ScannedOut:
    scans.hear_scan(station)
    screen = kiosk().shop.screen(station)
    return ScannedOut(screen=screens.name(screen), sku=getattr(screen, "sku", None))


def search(station: str) -> FoundOut:
    station_or_404(station)
    shop = kiosk().shop
    limit, offset = _number("limit", 24, 1, PAGE_SIZE), _number("offset", 0, 0, MOST_OFFSET)
    screen = Browse(query=request.args.get("q", "").strip()[:MOST_TYPED])
    results = shop.find(station, screen, limit=limit, offset=offset)
    hits = browse.cards(shop, results, shop.language(station))
    return FoundOut(total=results.total, nearest=results.nearest, hits=tuple(hits))


def product(station: str, sku: str) -> ProductOut:
    station_or_404(station)
    shop = kiosk().shop
    variant = shop.catalogue.by_sku(sku)
    known = variant and shop.catalogue.product(variant.product_id)
    if not known:
        abort(404, f"no article {sku[:80]!r} in this catalogue")
    return ProductOut(
        product=known,
        variants=tuple(shop.catalogue.variants(known.id)),
        stock=tuple(shop.stock_of_product(known.id)),
    )


def basket(station: str) -> Basket:
    station_or_404(station)
    return kiosk().shop.basket(station)


def add(station: str) -> Basket:
    station_or_404(station)
    line = _body(LineIn)
    return kiosk().shop.add_line(station, line.sku, line.quantity, line.fulfilment, line.store)


def change(station: str, sku: str) -> Basket:
    station_or_404(station)
    wanted = _body(ChangeIn)
    return kiosk().shop.change_line(station, sku, wanted.quantity, wanted.fulfilment, wanted.store)


def done(station: str) -> StateOut:
    station_or_404(station)
    kiosk().shop.end_visit(station, "done")
    return state(station)


def pair() -> PairedOut:
    asked = _body(PairIn)
    return PairedOut(station=asked.station, token=kiosk().shop.pairing.accept(asked.station, asked.code))


def _body(kind: type[T]) -> T:
    if not request.is_json:
        abort(415, "JSON is wanted: Content-Type: application/json")
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        abort(400, str(error))


def _number(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name, str(usual))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(400, f"{name} is a whole number of {least} to {most}")
    return min(max(int(text), least), most)


def _answer(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def _calling(view: Any) -> Any:
    return lambda **place: _answer(view(**place))


_VIEWS = {view.__name__: view for view in (stations, state, scan, search, product, basket, add, change, done, pair)}
for _call in CALLS:
    views.add_url_rule(_call.path, _call.name, _calling(_VIEWS[_call.name]), methods=[_call.method.upper()])


@views.errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    return _answer(ProblemOut(error=error.description or error.name), error.code or 500)


@views.errorhandler(PairingRefusedError)
def no_pair(error: PairingRefusedError) -> Response:
    because("wrong-code")
    return _answer(ProblemOut(error=str(error)), 403)


@views.errorhandler(ShopError)
def refused(error: ShopError) -> Response:
    return _answer(ProblemOut(error=str(error)), 422)


@views.errorhandler(BadPostError)
def unreadable(error: BadPostError) -> Response:
    response = _answer(ProblemOut(error=str(error)), error.status)
    if error.status == 429:
        response.headers["Retry-After"] = "1"
    return response
