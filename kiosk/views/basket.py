"""Lines of the basket: added, changed, removed."""

from flask import Blueprint, abort, request

from edge.domain.basket import Fulfilment
from kiosk import screens
from kiosk.pages.basket import WAYS
from kiosk.parts import kiosk, station_or_404

views = Blueprint("basket", __name__)


@views.post("/s/<station>/basket/lines")
def add(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.add_line(station, request.form["sku"], _quantity(), *_fulfilment())
    return screens.fragment(known)


@views.post("/s/<station>/basket/lines/<path:sku>")
def change(station: str, sku: str) -> str:
    known = station_or_404(station)
    kiosk().shop.change_line(station, sku, _quantity(), *_fulfilment())
    return screens.fragment(known)


@views.delete("/s/<station>/basket/lines/<path:sku>")
def remove(station: str, sku: str) -> str:
    known = station_or_404(station)
    kiosk().shop.remove_line(station, sku)
    return screens.fragment(known)


@views.post("/s/<station>/basket/undo")
def undo(station: str) -> str:
    """What was taken out last is put back."""
    known = station_or_404(station)
    kiosk().shop.put_back(station)
    return screens.fragment(known)


@views.post("/s/<station>/coupon")
def coupon(station: str) -> str:
    """A single-use code was typed."""
    known = station_or_404(station)
    kiosk().shop.redeem(station, request.form.get("code", ""))
    return screens.fragment(known)


@views.delete("/s/<station>/coupon")
def take_coupon_out(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.take_coupon_out(station)
    return screens.fragment(known)


def _quantity() -> int:
    asked = request.form.get("quantity", "1")
    if not asked.removeprefix("-").isdecimal() or len(asked) > 6:
        abort(400, "quantity is a whole number")
    return int(asked)


def _fulfilment() -> tuple[Fulfilment | None, str | None]:
    """How, and at which store it is collected, as in "collect:tartu". None where nothing was chosen: the shop knows the
    usual way."""
    asked = request.form.get("fulfilment")
    if asked is None:
        return None, None
    way, _, store = asked.partition(":")
    if way not in WAYS:
        abort(400)
    return way, store or None
