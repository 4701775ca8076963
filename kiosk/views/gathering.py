"""The queue and its baskets: found, gathered, handed to the till. Every view asks who is signed in first."""

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale, gettext

from edge.domain import pickup
from edge.shop import Gather, Queue, Station
from kiosk import screens, signed, slips
from kiosk.pages.coupon import barcode_of
from kiosk.parts import kiosk, station_or_404

views = Blueprint("gathering", __name__, url_prefix="/s/<station>/staff")
FORMS = {
    "csv": (slips.as_csv, "text/csv; charset=utf-8"),
    "json": (slips.as_json, "application/json"),
    "escpos": (slips.as_escpos, "application/octet-stream"),
}
MOST_DIGITS = 4


@views.post("/queue")
def queue(station: str) -> str:
    known = station_or_404(station)
    signed.required(station)
    kiosk().shop.show(station, Queue())
    return screens.fragment(known)


@views.post("/find")
def find(station: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    signed.required(station)
    found = shop.gathering.find(request.form.get("code", ""))
    shop.show(station, Gather(basket=found.basket))
    return screens.fragment(known)


@views.post("/baskets/<basket>")
def open_one(station: str, basket: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    signed.required(station)
    shop.show(station, Gather(basket=shop.gathering.picking(basket).basket))
    return screens.fragment(known)


@views.post("/baskets/<basket>/gathered/<path:sku>")
def gathered(station: str, basket: str, sku: str) -> str:
    known = station_or_404(station)
    asked = request.form.get("quantity", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS):
        abort(400, "quantity is a whole number")
    kiosk().shop.gathering.gather(signed.required(station), basket, sku, int(asked))
    return screens.fragment(known)


@views.post("/baskets/<basket>/instead/<path:sku>")
def instead(station: str, basket: str, sku: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    session = signed.required(station)
    shop.gathering.substitute(session, basket, sku, request.form.get("sku", ""), shop.language(station))
    return screens.fragment(known)


@views.post("/baskets/<basket>/bought")
def bought(station: str, basket: str) -> str:
    known = station_or_404(station)
    kiosk().shop.gathering.buy(signed.required(station), basket)
    return screens.fragment(known)


@views.post("/baskets/<basket>/release")
def release(station: str, basket: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    shop.gathering.release(signed.required(station), basket)
    shop.show(station, Queue())
    return screens.fragment(known)


@views.post("/baskets/<basket>/coupon")
def coupon(station: str, basket: str) -> str:
    """A shopper's single-use code, for this basket."""
    known = station_or_404(station)
    kiosk().shop.couponing.redeem_for(signed.required(station), basket, request.form.get("code", ""))
    return screens.fragment(known)


@views.delete("/baskets/<basket>/coupon")
def take_coupon_out(station: str, basket: str) -> str:
    known = station_or_404(station)
    kiosk().shop.couponing.take_out_for(signed.required(station), basket)
    return screens.fragment(known)


@views.post("/coupons/<use>/seen")
def coupon_seen(station: str, use: str) -> str:
    """What there was to be told of a code that was used twice was read."""
    known = station_or_404(station)
    signed.required(station)
    kiosk().shop.couponing.seen(use)
    return screens.fragment(known)


@views.post("/baskets/<basket>/put-away")
def put_away(station: str, basket: str) -> str:
    known = station_or_404(station)
    kiosk().shop.gathering.put_away(signed.required(station), basket)
    return screens.fragment(known)


@views.get("/baskets/<basket>/slip.<form>")
def slip(station: str, basket: str, form: str) -> Response:
    known = station_or_404(station)
    if form not in FORMS:
        abort(404)
    if signed.session(station) is None:
        abort(403)
    write, mime = FORMS[form]
    made = _slip(known, basket)
    name = f"{made.barcode}.{'bin' if form == 'escpos' else form}"
    return Response(write(made), mimetype=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _slip(station: Station, basket: str) -> slips.Slip:
    """What lies together and is not paid for."""
    shop = kiosk().shop
    picking = shop.gathering.picking(basket)
    code = pickup.code(picking.basket)
    with force_locale(shop.language(station.id)):
        heading, total = gettext("Basket to be paid"), gettext("Total")
    return slips.Slip(
        basket=picking.basket,
        code=pickup.spelled(code),
        barcode=pickup.in_barcode(code),
        store=shop.store.name,
        heading=heading,
        total=total,
        lines=picking.to_pay,
        coupon=barcode_of(shop, picking.basket, picking.to_pay),
    )
