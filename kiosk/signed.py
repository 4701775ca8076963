"""Who is signed in at a staff station, by the cookie that their browser shows. No other site and no script sees it."""

from flask import Response, request

from edge.shop import NotSignedInError, Session
from kiosk.parts import kiosk

COOKIE = "tote_staff"


def session(station: str) -> Session | None:
    return kiosk().shop.staff.session(station, request.cookies.get(COOKIE, ""))


def required(station: str) -> Session:
    """Raises NotSignedInError."""
    if (known := session(station)) is None:
        raise NotSignedInError("sign in first: badge, then PIN")
    return known


def let_in(response: Response, station: str, token: str) -> Response:
    response.set_cookie(COOKIE, token, path=f"/s/{station}", httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def let_out(response: Response, station: str) -> Response:
    response.delete_cookie(COOKIE, path=f"/s/{station}", httponly=True, samesite="Strict", secure=request.is_secure)
    return response
