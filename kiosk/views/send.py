"""Sending the basket by mail."""

from flask import Blueprint, request
from flask_babel import force_locale

from kiosk import consents, screens
from kiosk.parts import kiosk, station_or_404

views = Blueprint("send", __name__)


@views.post("/s/<station>/send")
def send(station: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    speaks = shop.language(station)
    with force_locale(speaks):
        answers = consents.answers(set(request.form.getlist("consent")), speaks)
    shop.send_basket(station, request.form.get("mail", "").strip(), answers)
    return screens.fragment(known)
