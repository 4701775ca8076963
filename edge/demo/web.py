"""How the demo's own pages (inbox and shelf) are served and dressed."""

import json
import signal
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

from cheroot.wsgi import Server
from flask import Flask, Response, send_from_directory

HERE = Path(__file__).parent
SHOP = HERE / "shop"
FONTS = HERE.parents[1] / "kiosk" / "static" / "fonts"
SCRIPTS = {
    "latin-ext": "U+0100-02FF, U+1E00-1EFF, U+20A0-20C0",
    "latin": "U+0000-00FF, U+2000-206F, U+20AC, U+2190-21FF",
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)


def theme(shop: Path = SHOP) -> dict[str, Any]:
    """The demo shop's look: `[shop]` and `[css]` of its `theme.toml`."""
    return tomllib.loads((shop / "theme.toml").read_text())


def stylesheet(theme: dict[str, Any]) -> str:
    """The theme as custom properties, and its type."""
    return ":root {" + "".join(f"--{name}: {value};" for name, value in theme["css"].items()) + "}" + faces()


def faces() -> str:
    """The variable fonts that are built for the screens; where none are, the pages do with the system's."""
    return "".join(
        f'@font-face {{font-family: "{family} Variable"; src: url("/fonts/{file.name}") format("woff2"); '
        f"font-weight: 400 900; unicode-range: {SCRIPTS[script]};}}"
        for family in ("Familjen Grotesk", "Schibsted Grotesk")
        for script in SCRIPTS
        for file in FONTS.glob(f"{family.lower().replace(' ', '-')}-{script}-wght-normal.woff2")
    )


def dress(app: Flask) -> None:
    """Gives a page the shop's look (`/theme.css`, `logo` in templates) and strict headers."""
    look = theme()
    logo = (SHOP / look["shop"]["logo"]).read_text()

    @app.get("/theme.css")
    def theme_css() -> Response:
        return Response(stylesheet(look), mimetype="text/css")

    @app.get("/demo/<path:name>")
    def demo_assets(name: str) -> Response:
        return send_from_directory(HERE / "static", name)

    @app.get("/fonts/<name>")
    def fonts(name: str) -> Response:
        return send_from_directory(FONTS, name, max_age=3600)

    @app.get("/mark.svg")
    def mark() -> Response:
        return send_from_directory(SHOP, look["shop"]["mark"])

    app.context_processor(lambda: {"logo": logo, "shop": look["shop"]})
    app.after_request(secure)


def secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def serve(app: Flask, port: int) -> None:
    """Serve on loopback until SIGTERM or SIGINT; announces itself on stdout once it listens."""
    server = Server(("127.0.0.1", port), app, numthreads=8, shutdown_timeout=1)
    server.expiration_interval = 0.2  # also how late it notices that it shall stop
    server.prepare()
    print(json.dumps({"ready": True, "url": f"http://127.0.0.1:{port}"}), flush=True)  # noqa: T201  (the announcement)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.stop).start())
    server.serve()
    sys.exit(0)
