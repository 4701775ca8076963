"""The one place where HQ's web is put together."""

from pathlib import Path

from flask import Flask

from hq.doors import web as doors
from hq.feeds import web as feeds
from hq.orders import web as orders
from hq.service import Hq
from hq.theme import Theme, load
from hq.web import article, basket, code, enrol, look, pages, security, staff, unsubscribe

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parent / "templates"
MOST_OCTETS = 64 * 1024
"""Of a posted form: the largest we have is a few hundred. Uploads have a bound of their own."""


def create_app(hq: Hq) -> Flask:
    """Every page of HQ. Starts nothing; raises ConfigError where the theme can't be read."""
    app = Flask("hq", static_folder=STATIC, static_url_path="/static", template_folder=TEMPLATES)
    app.config["MAX_CONTENT_LENGTH"] = MOST_OCTETS
    theme = theme_of(hq)
    app.extensions["hq"], app.extensions["theme"] = hq, theme
    security.guard(app)
    pages.equip(app, theme)
    for part in (look, basket, code, unsubscribe, article, enrol, staff, feeds, doors, orders):
        app.register_blueprint(part.blueprint)
    return app


def theme_of(hq: Hq) -> Theme:
    path = hq.config.shop.theme
    return load(Path(path) if path else None)
