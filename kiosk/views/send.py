"""Sending the basket by mail or text message, and asking to be told when an article is back."""

from flask import Blueprint, request
from flask_babel import force_locale

from kiosk import address, consents, screens
from kiosk.parts import kiosk, station_or_404

views = Blueprint("send", __name__)


@views.post("/s/<station>/send")
def send(station: str) -> str:
    known, shop = station_or_404(station), kiosk().shop
    speaks = shop.language(station)
    with force_locale(speaks):
        answers = consents.answers(set(request.form.getlist("consent")), speaks)
    channel, typed = address.posted()
    shop.send_basket(station, typed, answers, channel)
    return screens.fragment(known)


@views.post("/s/<station>/tell-me")
def tell_me(station: str) -> str:
    """Somebody wants to be told when an article is back."""
    known, shop = station_or_404(station), kiosk().shop
    speaks = shop.language(station)
    with force_locale(speaks):
        consent = consents.asked_back(speaks)
    channel, typed = address.posted()
    shop.ask_back(station, request.form["sku"], typed, consent, channel)
    return screens.fragment(known)
