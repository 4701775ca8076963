"""What the shop refuses, said on the screen it was asked from."""

from flask import Flask, Response, make_response, request

from edge.shop import ShopError
from kiosk import screens
from kiosk.parts import kiosk


def install(app: Flask) -> None:
    app.register_error_handler(ShopError, refused)


def refused(error: ShopError) -> Response:
    """422 with the station's screen as it is, and the reason on it."""
    station = kiosk().shop.stations.get((request.view_args or {}).get("station", ""))
    body = screens.fragment(station, error=error) if station else str(error)
    return make_response(body, 422)
