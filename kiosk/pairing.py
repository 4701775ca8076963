"""Who may be a station: a browser by its cookie, a program by `Authorization: Bearer`. Where pairing is required,
nothing of a station answers to anybody else."""

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale

from edge.shop import Station
from kiosk.parts import kiosk
from kiosk.refusing import because

COOKIE = "tote_station"
YEARS_S = 5 * 365 * 24 * 3600
"""A screen hangs for years; `tote station revoke` ends it any day."""
OPEN = frozenset({"pairing.knock", "pairing.accept"})
"""Where a browser without a token may go."""


def guard(app: Flask) -> None:
    @app.before_request
    def refuse_unpaired() -> Response | None:
        station = (request.view_args or {}).get("station", "")
        known = kiosk().shop.stations.get(station)
        if known is None or request.endpoint in OPEN:
            return None
        if allowed(station):
            kiosk().shop.seen.note(station, request.remote_addr or "")
            return None
        return invitation(known) if request.endpoint == "station.page" else refusal(station)


def token() -> str:
    """What who asks shows; "" for nothing."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def allowed(station: str) -> bool:
    return kiosk().shop.pairing.admits(token(), station)


def refusal(station: str) -> Response:
    error = (
        f"this is not paired as {station}: run `tote station token {station}` on the box and send the token it prints"
    )
    answer = jsonify(error=f"{error} as Authorization: Bearer")
    answer.status_code = 401
    answer.headers["WWW-Authenticate"] = 'Bearer realm="tote"'
    return answer


def invitation(station: Station, *, code: str = "", refused: bool = False) -> Response:
    """The page that says how this screen is paired; `code` is what was brought along."""
    if refused:
        because("wrong-code")
    with force_locale(kiosk().shop.languages[0]):
        page = render_template(
            "pair.html",
            station=station,
            store=kiosk().shop.store,
            theme=kiosk().theme,
            language=kiosk().shop.languages[0],
            code=code[:16],
            refused=refused,
            locked=kiosk().shop.pairing.is_locked(station.id),
        )
    return with_form(make_response(page, 403 if refused else 401))


def with_form(response: Response) -> Response:
    """A browser that may tell no page where it comes from calls the origin of a sent form "null", which is refused."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def admitted(station: str, given: str) -> Response:
    """Back to the station's page, from now on as its screen."""
    response = redirect(url_for("station.page", station=station), 303)
    response.set_cookie(
        COOKIE,
        given,
        max_age=YEARS_S,
        path=f"/s/{station}",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    assert isinstance(response, Response)
    return response
