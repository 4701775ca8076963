"""Where the basket is to go: onto a phone, without typing, or to a mail address; and two separate questions."""

from typing import Any

from edge.domain.consent import PURPOSES
from edge.shop import Send, Shop, Station
from kiosk import consents
from kiosk.pages.basket import row
from kiosk.pages.code import qr

DOMAINS = {
    "en": ("gmail.com", "outlook.com", "icloud.com", "yahoo.com"),
    "de": ("gmail.com", "gmx.de", "web.de", "outlook.com"),
    "es": ("gmail.com", "hotmail.es", "yahoo.es", "outlook.com"),
    "et": ("gmail.com", "mail.ee", "hot.ee", "outlook.com"),
}
"""Keys of the keyboard, per language; typing errors are looked for in all of them."""


def page(shop: Shop, station: Station, screen: Send) -> dict[str, Any]:
    speaks = shop.language(station.id)
    basket = shop.basket(station.id)
    return {
        "key": "send",
        "say": "",
        "code": qr(screen.code) if screen.code else "",
        "too_large": screen.too_large,
        "rows": [row(shop, line, speaks) for line in basket.lines],
        "totals": basket.totals,
        **domains(speaks),
        "consents": [(purpose, consents.words(purpose)) for purpose in PURPOSES],
        "version": consents.VERSION,
    }


def domains(speaks: str) -> dict[str, Any]:
    """Keys of the keyboard, and all that typing errors are looked for in."""
    known = {domain for domains in DOMAINS.values() for domain in domains}
    return {"domains": DOMAINS.get(speaks, DOMAINS["en"]), "known_domains": sorted(known)}
