"""Pairing a screen: the code it brings; and for staff who is signed in, codes to give and tokens to take back."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale

from edge.codes.drawing import qr
from edge.shop import PairingRefusedError
from kiosk import pairing, signed
from kiosk.parts import kiosk, station_or_404

views = Blueprint("pairing", __name__)
MOST = 64


@views.get("/s/<station>/pair")
def knock(station: str) -> Response:
    """Where the QR leads: the code stands in the field, and counts once it is sent."""
    return pairing.invitation(station_or_404(station), code=request.args.get("code", "")[:MOST])


@views.post("/s/<station>/pair")
def accept(station: str) -> Response:
    known = station_or_404(station)
    try:
        token = kiosk().shop.pairing.accept(station, request.form.get("code", "")[:MOST])
    except PairingRefusedError:
        return pairing.invitation(known, refused=True)
    return pairing.admitted(station, token)


@views.get("/s/<station>/screens")
def screens(station: str) -> Response:
    """For staff: every screen of this box."""
    signed.required(station)
    return _page(station)


@views.post("/s/<station>/screens/<other>/code")
def code(station: str, other: str) -> Response:
    signed.required(station)
    return _page(station, other, kiosk().shop.pairing.offer(station_or_404(other).id))


@views.post("/s/<station>/screens/<paired>/revoke")
def revoke(station: str, paired: str) -> Response:
    signed.required(station)
    kiosk().shop.pairing.revoke(paired)
    response = redirect(url_for("pairing.screens", station=station), 303)
    assert isinstance(response, Response)
    return response


def _page(station: str, offered: str = "", given: str = "") -> Response:
    shop = kiosk().shop
    address = url_for("pairing.knock", station=offered, code=given, _external=True) if given else ""
    with force_locale(shop.language(station)):
        page = render_template(
            "pairing.html",
            station=shop.stations[station],
            stations=shop.stations.values(),
            paired=shop.pairing.paired(),
            required=shop.pairing.required,
            offered=shop.stations.get(offered),
            code=given,
            drawing=qr(address) if address else None,
            store=shop.store,
            theme=kiosk().theme,
            language=shop.language(station),
        )
    return pairing.with_form(make_response(page))
