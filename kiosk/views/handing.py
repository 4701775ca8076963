"""From one screen to another: the code for it, and the station that was chosen."""

from flask import Blueprint, request

from kiosk import screens
from kiosk.parts import kiosk, station_or_404

views = Blueprint("handing", __name__)


@views.post("/s/<station>/hand-over")
def offer(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.handing.offer(station)
    return screens.fragment(known)


@views.post("/s/<station>/hand-over/to")
def send(station: str) -> str:
    """Answers what this screen shows then: the invitation."""
    known = station_or_404(station)
    kiosk().shop.handing.send(station, request.form["to"])
    return screens.fragment(known)
