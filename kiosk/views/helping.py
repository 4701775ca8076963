"""Asking for help, and answering it: shoppers' screens on one side, the staff's on the other."""

from flask import Blueprint

from kiosk import screens, signed
from kiosk.parts import kiosk, shoppers_or_404, station_or_404

views = Blueprint("helping", __name__)


@views.post("/s/<station>/help")
def ask(station: str) -> str:
    known, shop = shoppers_or_404(station), kiosk().shop
    visit = shop.visit(station)
    shop.helping.ask(station, visit.id if visit else "")
    return screens.fragment(known)


@views.delete("/s/<station>/help")
def take_back(station: str) -> str:
    known = shoppers_or_404(station)
    kiosk().shop.helping.take_back(station)
    return screens.fragment(known)


@views.post("/s/<station>/staff/help/<call>/accept")
def accept(station: str, call: str) -> str:
    known = station_or_404(station)
    kiosk().shop.helping.accept(signed.required(station), call)
    return screens.fragment(known)


@views.post("/s/<station>/staff/help/<call>/finish")
def finish(station: str, call: str) -> str:
    known = station_or_404(station)
    kiosk().shop.helping.finish(signed.required(station), call)
    return screens.fragment(known)
