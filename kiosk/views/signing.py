"""Signing in and out at a staff station. The page is loaded anew each time, so that its event stream, too, speaks for
who is there now."""

from flask import Blueprint, Response, make_response, request

from kiosk import screens, signed
from kiosk.parts import kiosk, staff_or_404

views = Blueprint("signing", __name__)
MOST = 64
"""Characters of what may be a PIN."""
ANEW = {"HX-Refresh": "true"}


@views.before_app_request
def note_activity() -> None:
    """Whoever is signed in and posts is still there."""
    station = (request.view_args or {}).get("station")
    if request.method != "GET" and station and request.cookies.get(signed.COOKIE):
        kiosk().shop.staff.touch(signed.session(station))


@views.post("/s/<station>/pin")
def sign_in(station: str) -> Response:
    staff_or_404(station)
    before = signed.session(station)
    token = kiosk().shop.staff.sign_in(station, request.form.get("pin", "")[:MOST])
    if before:  # somebody else had this browser
        kiosk().shop.staff.sign_out(before)
    return signed.let_in(Response(status=200, headers=ANEW), station, token)


@views.post("/s/<station>/badge/away")
def put_away(station: str) -> str:
    """Not me, or not now."""
    known = staff_or_404(station)
    kiosk().shop.staff.put_away(station)
    return screens.fragment(known)


@views.post("/s/<station>/sign-out")
def sign_out(station: str) -> Response:
    staff_or_404(station)
    if session := signed.session(station):
        kiosk().shop.sign_out(session)
    return signed.let_out(make_response("", 200, ANEW), station)
