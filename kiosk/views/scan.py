"""Readings of another device: a tablet's camera, a second box, a wedge caught by the page."""

import time
from base64 import b64decode
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from hardware.scan import Scan
from kiosk import screens
from kiosk.parts import kiosk, station_or_404

views = Blueprint("scan", __name__)
MOST_BYTES = 8192
"""The longest NDEF message or symbol taken."""


@views.post("/s/<station>/scan")
def scan(station: str) -> Response:
    """JSON `{"symbology", "data": base64}` or `{"symbology", "text"}`; `reader` names the device."""
    station_or_404(station)
    screen = kiosk().shop.scanned(station, _scan(_body()))
    return jsonify(screen=screens.name(screen), sku=getattr(screen, "sku", None))


def _body() -> Any:
    try:
        return request.get_json()
    except RecursionError:
        abort(400, "a scan is a flat object")


def _scan(body: Any) -> Scan:
    if not isinstance(body, dict) or not all(isinstance(value, str) and _is_text(value) for value in body.values()):
        abort(400, "a scan is an object of texts: symbology, and data (base64) or text")
    return Scan(
        reader=body.get("reader", "browser"), symbology=body.get("symbology", ""), data=_data(body), at=time.time()
    )


def _data(body: dict[str, str]) -> bytes:
    try:
        data = b64decode(body["data"], validate=True) if "data" in body else body["text"].encode()
    except (KeyError, ValueError):
        abort(400, 'a scan needs "data" in base64, or "text"')
    return data if len(data) <= MOST_BYTES else abort(413)


def _is_text(value: str) -> bool:
    """JSON can spell half a surrogate pair, which no log or database takes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
