"""How the box is, for programs and for the staff's screen."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import force_locale

from kiosk.pages import staff
from kiosk.parts import kiosk, station_or_404

views = Blueprint("status", __name__)


@views.get("/status.json")
def status() -> Response:
    """`Status` as JSON; each reader with the station it belongs to."""
    shop = kiosk().shop
    readers = [
        {**asdict(health), "station": station.id}
        for station in shop.stations.values()
        for health in shop.outside.readers(station.id)
    ]
    return jsonify({**asdict(shop.status()), "readers": readers})


@views.get("/s/<station>/sync")
def sync(station: str) -> str:
    """The part of the staff's screen that is renewed every few seconds."""
    known, shop = station_or_404(station), kiosk().shop
    with force_locale(shop.language(station)):
        return render_template("parts/sync.html", station=known, **staff.sync(shop))
