"""Puts the screens together: one application over one shop."""

import threading
from pathlib import Path

from flask import Flask

from edge.shop import Shop
from kiosk import pairing as pairs
from kiosk import refusing, security, wording
from kiosk.api.views import views as api
from kiosk.language import NAMES, PoBabel
from kiosk.parts import Kiosk, Streams, Unwatched, Watch
from kiosk.theme import Theme, load
from kiosk.views import (
    basket,
    device,
    encoding,
    errors,
    gathering,
    handing,
    health,
    helping,
    labels,
    pairing,
    pictures,
    recognising,
    reserving,
    scan,
    send,
    signing,
    station,
    status,
    stream,
    tally,
)

BLUEPRINTS = (
    station.views,
    basket.views,
    send.views,
    scan.views,
    stream.views,
    status.views,
    health.views,
    pictures.views,
    signing.views,
    gathering.views,
    reserving.views,
    helping.views,
    tally.views,
    labels.views,
    encoding.views,
    handing.views,
    recognising.views,
    pairing.views,
    device.views,
    api,
)
STREAMS = 64
"""Open event streams at most; each holds a thread of the server."""


def create_app(
    shop: Shop,
    *,
    theme: Path | None = None,
    hosts: tuple[str, ...] = (),
    streams: int = STREAMS,
    watch: Watch | None = None,
) -> Flask:
    """The screens of one shop. `theme` is a theme.toml; `hosts` are names under which browsers may call this box."""
    app = Flask("kiosk", static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, MAX_FORM_MEMORY_SIZE=64 * 1024)
    app.extensions["kiosk"] = Kiosk(
        shop=shop,
        theme=_theme(theme),
        stopping=threading.Event(),
        streams=Streams(streams),
        watch=watch or Unwatched(),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["language_names"] = NAMES
    PoBabel(app, default_locale=shop.languages[0])
    wording.install(app)
    refusing.install(app)
    security.guard(app, frozenset(hosts))
    pairs.guard(app)
    errors.install(app)
    for views in BLUEPRINTS:
        app.register_blueprint(views)
    return app


def _theme(path: Path | None) -> Theme:
    return load(path) if path else Theme()
