"""What readers of another device say: a page in a tablet's browser, `tote station` on a second box."""

import threading
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState

from edge.shop import Station
from edge.shop.hearing import hear_reader
from hardware.once import Once
from hardware.scan import ReaderEvent
from kiosk import screens
from kiosk.parts import kiosk, station_or_404
from kiosk.posted import UNNAMED, BadPostError, Posted, parse
from sync.allowance import Allowance

views = Blueprint("scan", __name__)
RATE, BURST = 20, 40
"""Posts a second of one station: no scanner and no hand is faster, and a hostile page can't fill the log."""
TAKEN = "reader {!r} is another one of this box: post by a name of its own, or correct `station` or `driver` there"
TELLING = ("up", "down", "partial", "present", "removed")
FLOOD = f"more than {RATE} readings a second: post it again after a second, with the same id"


class Ear:
    """What is kept of one station's posts. Its lock makes a post that comes twice at once wait for the first."""

    def __init__(self) -> None:
        self.lock, self.once, self.allowance = threading.Lock(), Once[bool](), Allowance(RATE, BURST)


@views.record_once
def install(state: BlueprintSetupState) -> None:
    shop = state.app.extensions["kiosk"].shop
    state.app.extensions["ears"] = {station: Ear() for station in shop.stations}
    state.app.jinja_env.globals["page_reader"] = page_reader


def page_reader(station: Station) -> str | None:
    """The name of the reader that the station's page itself is; "" where nobody configured one and the page reads all
    the same, None where it does not: a wall's, unless it is configured."""
    readers = kiosk().shop.outside.readers(station.id)
    named = next((reader.name for reader in readers if reader.driver == "browser"), "")
    return None if station.kind == "wall" and not named else named


@views.post("/s/<station>/scan")
def scan(station: str) -> Response:
    """JSON `{"symbology", "data": base64}` or `{"symbology", "text"}`; `reader` names the reader, `id` the reading:
    posted again with the same id it counts once. Answers what the station shows then."""
    hear_scan(station)
    screen = kiosk().shop.screen(station)
    return jsonify(screen=screens.name(screen), sku=getattr(screen, "sku", None))


def hear_scan(station: str) -> None:
    """Apply the scan that was posted. Raises BadPostError."""
    _hear(station, parse(_body(station), ("scan",)))


@views.post("/s/<station>/reader")
def reader(station: str) -> Response:
    """How a reader is, in JSON by `kind`: `up` (again every three seconds: after ten without a word it is down), `down`
    with `error`, `partial` with `reason`, `present` and `removed` with `tag`. `known`: such a reader is configured."""
    return jsonify(known=_hear(station, parse(_body(station), TELLING)))


@views.errorhandler(BadPostError)
def refused(error: BadPostError) -> Response:
    answer = jsonify(error=str(error))
    answer.status_code = error.status
    if error.status == 429:
        answer.headers["Retry-After"] = "1"
    return answer


def _ear(station: str) -> Ear:
    ear: Ear = current_app.extensions["ears"][station_or_404(station).id]
    return ear


def _body(station: str) -> Any:
    ear = _ear(station)
    with ear.lock:
        if not ear.allowance.take():
            raise BadPostError(FLOOD, 429)
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadPostError("a reading is a flat object") from error


def _hear(station: str, posted: Posted) -> bool:
    """Apply what was posted, unless it has been. True where such a reader is configured."""
    ear = _ear(station)
    with ear.lock:
        name = posted.id and f"{posted.source} {posted.event.reader} {posted.id}"  # two devices may count alike
        return ear.once.do(name, lambda: _apply(station, posted.event, posted.source))


def _taken() -> set[str]:
    """Names that a page may not go by: of readers that are devices of this box, or speak for other stations. One that
    has no name of its own goes by `UNNAMED`."""
    return {reader.name for reader in kiosk().shop.outside.readers()} - {UNNAMED}


def _apply(station: str, event: ReaderEvent, source: str) -> bool:
    shop = kiosk().shop
    known = shop.outside.hear(station, event, source)
    if not known:
        if event.kind in ("scan", "partial") and event.reader in _taken():
            raise BadPostError(TAKEN.format(event.reader), 409)
        hear_reader(shop, station, event)
    return known
