"""The one place where HQ's web is put together."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from hq.doors import web as doors
from hq.feeds import web as feeds
from hq.figures import Figures
from hq.mail import web as returns
from hq.orders import web as orders
from hq.service import Hq
from hq.theme import Theme, load
from hq.web import (
    article,
    basket,
    boxes,
    code,
    enrol,
    friend,
    health,
    lent,
    look,
    opened,
    pages,
    preferences,
    security,
    staff,
    store_event,
    unsubscribe,
)
from hq.webapi import views as webapi

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parent / "templates"
MOST_OCTETS = 64 * 1024
"""Of a posted form: the largest we have is a few hundred. Uploads have a bound of their own."""


def create_app(hq: Hq, *, line_up: Callable[[], bool] | None = None) -> Flask:
    """Every page of HQ. Starts nothing; raises ConfigError where the theme can't be read. `line_up` says whether the
    broker is there, None where there is none."""
    app = Flask("hq", static_folder=STATIC, static_url_path="/static", template_folder=TEMPLATES)
    app.config["MAX_CONTENT_LENGTH"] = MOST_OCTETS
    theme = theme_of(hq)
    app.extensions["hq"], app.extensions["theme"] = hq, theme
    app.extensions["figures"] = Figures(hq, line_up)
    security.guard(app)
    pages.equip(app, theme)
    shoppers = (look, basket, lent, opened, code, friend, unsubscribe, preferences, article, store_event)
    for part in (*shoppers, enrol, boxes, health, staff, feeds, doors, orders, webapi, returns):
        app.register_blueprint(part.blueprint)
    return app


def theme_of(hq: Hq) -> Theme:
    path = hq.config.shop.theme
    return load(Path(path) if path else None)
