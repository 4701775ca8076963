"""Reserving at another store: asked, confirmed, taken back. Every view asks who is signed in first."""

from flask import Blueprint, abort, request

from edge.domain.basket import MOST_OF_ONE
from edge.shop import Article
from kiosk import screens, signed
from kiosk.parts import kiosk, station_or_404

views = Blueprint("reserving", __name__, url_prefix="/s/<station>/staff")


@views.post("/reserve/<store>")
def ask(station: str, store: str) -> str:
    """Shall `sku` be reserved there, and how many?"""
    known = station_or_404(station)
    signed.required(station)
    kiosk().shop.show(station, Article(sku=request.form.get("sku", ""), elsewhere=store, pieces=_pieces()))
    return screens.fragment(known)


@views.post("/reserve/<store>/now")
def reserve(station: str, store: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    sku = request.form.get("sku", "")
    shop.reserving.reserve(signed.required(station), sku, store, shop.language(station), _pieces())
    shop.show(station, Article(sku=sku, notice="reserved"))
    return screens.fragment(known)


@views.post("/reservations/<reservation>/release")
def release(station: str, reservation: str) -> str:
    known = station_or_404(station)
    kiosk().shop.reserving.release(signed.required(station), reservation)
    return screens.fragment(known)


def _pieces() -> int:
    asked = request.form.get("quantity", "1")
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:4]) <= MOST_OF_ONE):
        abort(400, f"quantity is a whole number from 1 to {MOST_OF_ONE}")
    return int(asked)
