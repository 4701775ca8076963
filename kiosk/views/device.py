"""What a station's browser says of the device it runs on: its battery, where it tells, and what it is."""

from flask import Blueprint, Response, request

from kiosk.parts import kiosk, station_or_404

views = Blueprint("device", __name__)
CHARGING = {"yes": True, "no": False}


@views.post("/s/<station>/device")
def tell(station: str) -> Response:
    """`device`, `battery` (0 to 100) and `charging` (yes, no), of which any may be missing."""
    station_or_404(station)
    kiosk().shop.seen.tell(
        station,
        device=request.form.get("device", ""),
        battery=request.form.get("battery", type=int),
        charging=CHARGING.get(request.form.get("charging", "")),
    )
    return Response(status=204)
