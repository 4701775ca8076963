"""Tags for an article, written at this station. Only for who is signed in."""

from flask import Blueprint, request

from edge.shop import Encode
from kiosk import screens, signed
from kiosk.parts import kiosk, station_or_404

views = Blueprint("encoding", __name__, url_prefix="/s/<station>/staff/tags")


@views.post("")
def encode(station: str) -> str:
    """Begins a run, or goes on with it: tags of `sku`, each locked for good where `lock` is "yes"."""
    known, shop, session = station_or_404(station), kiosk().shop, signed.required(station)
    sku, lock = request.form.get("sku", ""), request.form.get("lock") == "yes"
    shop.show(station, Encode(sku=sku, lock=lock))
    shop.tagging.start(session, sku, lock=lock)
    return screens.fragment(known)
