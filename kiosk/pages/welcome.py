"""A loyalty card was held up: a greeting that says no more than this screen may show, and a way on."""

from typing import Any

from flask_babel import gettext

from edge.shop import Shop, Station, Welcome
from edge.shop.greeting import Greeting
from kiosk.pages.card import liked, seen, text

PICTURES = 5


def page(shop: Shop, station: Station, screen: Welcome) -> dict[str, Any]:
    greeting, speaks = shop.greeting(station.id), shop.language(station.id)
    waits = [(line, variant) for line in greeting.basket if (variant := shop.catalogue.by_sku(line.sku))]
    pictures = [variant.picture for _, variant in waits if variant.picture and station.kind != "wall"]
    return {
        "key": "welcome",
        "say": "",
        "state": greeting.state,
        "title": title(greeting),
        "lead": words()[greeting.state],
        "told": greeting.told,
        "sizes": [(usual.category.split(" > ")[-1], usual.size) for usual in greeting.sizes],
        "points": greeting.points,
        "offers": [(text(offer.text, speaks), offer.until) for offer in shop.offers(station.id)],
        "waiting_articles": sum(line.quantity for line, _ in waits),
        "waiting_pictures": pictures[:PICTURES],
        "found": screen.found,
        "back": screen.back,
        "seen": seen(shop, station.id),
        "cards": liked(shop, speaks),
    }


def title(greeting: Greeting) -> str:
    if greeting.state != "known":
        return str(gettext("Hello!"))
    if greeting.initial:
        return str(gettext("Welcome back, %(initial)s.", initial=greeting.initial))
    return str(gettext("Welcome back!"))


def words() -> dict[str, str]:
    """What is said below the greeting, by how far HQ got."""
    return {
        "looking": gettext("One moment, we are looking up your card."),
        "known": gettext("Good to see you again. What would you like to look at?"),
        "unknown": gettext("This screen knows nothing more about you, and needs nothing more. Just go on."),
        "unreached": gettext("We can’t look you up right now. Just go on without: everything else works."),
    }
