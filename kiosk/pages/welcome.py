"""A loyalty card was held up: a greeting that says no more than this screen may show, and a way on."""

from typing import Any

from flask_babel import gettext

from edge.shop import Shop, Station, Welcome
from kiosk.pages.card import liked


def page(shop: Shop, station: Station, screen: Welcome) -> dict[str, Any]:
    greeting = shop.greeting(station.id)
    return {
        "key": "welcome",
        "say": "",
        "state": greeting.state,
        "title": gettext("Welcome back!") if greeting.state == "known" else gettext("Hello!"),
        "lead": words()[greeting.state],
        "sizes": [(usual.category.split(" > ")[-1], usual.size) for usual in greeting.sizes],
        "back": screen.back,
        "cards": liked(shop, shop.language(station.id)),
    }


def words() -> dict[str, str]:
    """What is said below the greeting, by how far HQ got."""
    return {
        "looking": gettext("One moment, we are looking up your card."),
        "known": gettext("Good to see you again. What would you like to look at?"),
        "unknown": gettext("This screen knows nothing more about you, and needs nothing more. Just go on."),
        "unreached": gettext("We can’t look you up right now. Just go on without: everything else works."),
    }
