"""Lists that staff makes by scanning. Every view asks who is signed in first."""

from typing import cast, get_args

from flask import Blueprint, abort, request

from edge.domain.counting import REASONS
from edge.shop import Station, Tally
from edge.shop.screens import Purpose
from kiosk import screens, signed
from kiosk.parts import kiosk, station_or_404

views = Blueprint("tally", __name__, url_prefix="/s/<station>/staff/tally/<purpose>")
MOST_DIGITS = 4


@views.post("")
def open_list(station: str, purpose: str) -> str:
    """With a `sku` that article stands on it: for labels one more, for a count with what is counted so far."""
    known, session = station_or_404(station), signed.required(station)
    if sku := request.form.get("sku"):
        kiosk().shop.tallying.add(session, _purpose(purpose), sku, 0 if purpose == "count" else 1)
    kiosk().shop.show(station, _list(known, purpose))
    return screens.fragment(known)


@views.post("/reason")
def reason(station: str, purpose: str) -> str:
    known = station_or_404(station)
    signed.required(station)
    wanted = request.form.get("reason")
    if wanted not in REASONS:
        abort(400, f"reason is one of {', '.join(REASONS)}")
    kiosk().shop.show(station, Tally(purpose=_purpose(purpose), reason=wanted))
    return screens.fragment(known)


@views.post("/pieces/<path:sku>")
def put(station: str, purpose: str, sku: str) -> str:
    known, session = station_or_404(station), signed.required(station)
    typed = request.form.get("pieces", "").strip()
    if typed:  # an emptied field leaves the number as it was
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
            abort(400, "pieces is a whole number")
        kiosk().shop.tallying.put(session, _purpose(purpose), sku, int(typed))
    return screens.fragment(known)


@views.post("/remove/<path:sku>")
def remove(station: str, purpose: str, sku: str) -> str:
    known, session = station_or_404(station), signed.required(station)
    kiosk().shop.tallying.remove(session, _purpose(purpose), sku)
    return screens.fragment(known)


@views.post("/clear")
def clear(station: str, purpose: str) -> str:
    known, session = station_or_404(station), signed.required(station)
    kiosk().shop.tallying.clear(session, _purpose(purpose))
    return screens.fragment(known)


@views.post("/save")
def save(station: str, purpose: str) -> str:
    known, session = station_or_404(station), signed.required(station)
    if purpose != "count":
        abort(404)
    shown = _list(known, purpose)
    kiosk().shop.tallying.save_count(session, shown.reason)
    kiosk().shop.show(station, Tally(purpose="count"))
    return screens.fragment(known)


def _purpose(word: str) -> Purpose:
    return cast(Purpose, word) if word in get_args(Purpose) else abort(404)


def _list(station: Station, purpose: str) -> Tally:
    """The list as it is shown, or from its beginning."""
    shown = kiosk().shop.screen(station.id)
    return shown if isinstance(shown, Tally) and shown.purpose == purpose else Tally(purpose=_purpose(purpose))
