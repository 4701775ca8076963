"""What every page has at hand: the theme, the words of its reader, money and time."""

from typing import Any

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from edge.domain.money import Money
from hq.links import Links
from hq.service import Hq
from hq.theme import Theme
from hq.words import LANGUAGES, known, words
from hq.words.format import moment, money, tongue
from hq.words.hours import opening_hours

NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "et": "Eesti"}


def hq() -> Hq:
    opened: Hq = current_app.extensions["hq"]
    return opened


def theme() -> Theme:
    loaded: Theme = current_app.extensions["theme"]
    return loaded


def here() -> Links:
    """Addresses on this server, as its own pages use them."""
    return Links(base="", key=hq().keys.link)


def equip(app: Flask, theme: Theme) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        theme=theme,
        logo=Markup(theme.logo),  # noqa: S704  # the retailer's own drawing, put inline so that it takes the page's colours
        language_names=NAMES,
        picture=lambda file, width: Links(base="", key=b"").picture(file, width),
    )


def language(fallback: str = "") -> str:
    """The reader's: what they chose on the page, what they were sent, or what their browser asks for."""
    if (chosen := request.args.get("lang", "")) in LANGUAGES:
        return chosen
    return known(fallback or request.accept_languages.best_match(LANGUAGES) or "")


def shown(template: str, language: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """A shopper's page in `language`. `values` may bring words of their own, as `say`."""
    zone = hq().config.shop.timezone

    def in_words(amount: Money) -> str:
        return money(amount, language)

    def when(at: int) -> str:
        return moment(at, language, zone)

    spoken = {
        "say": words(language),
        "language": language,
        "money": in_words,
        "when": when,
        "hours": lambda text: opening_hours(text, language),
        "tongue": lambda code: tongue(code, language),
        "named": lambda word: theme().named(word, language),
        "looks": lambda traits: theme().looks(traits, language),
    }
    return render_template(template, **spoken | values), status
