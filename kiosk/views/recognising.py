"""What somebody answers whose card was held up: whose basket it is, and whether another visit's comes along."""

from flask import Blueprint

from kiosk import screens
from kiosk.parts import kiosk, station_or_404

views = Blueprint("recognising", __name__)


@views.post("/s/<station>/whose/own")
def own(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.recognising.own(station)
    return screens.fragment(known)


@views.post("/s/<station>/whose/stay")
def stay(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.recognising.stay(station)
    return screens.fragment(known)


@views.post("/s/<station>/take-over")
def take_over(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.recognising.take_over(station)
    return screens.fragment(known)
