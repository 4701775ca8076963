"""The shelf's page, and what its buttons do."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory

from edge.demo.acts import BAD, GOOD, STAFF, Hands
from edge.demo.articles import Article
from edge.demo.plan import STATIONS
from edge.demo.shelf.line import Line
from edge.demo.shelf.rows import bays
from edge.demo.web import dress
from hardware.errors import HardwareError


def create_app(articles: dict[str, Article], hands: Hands, line: Line, *, pictures: Path, box: str) -> Flask:
    """`box`: the address of the box, for links to its screens. Actions take JSON, so no other page can send them."""
    app = Flask(__name__)
    dress(app)
    standing = bays(articles.values())

    @app.get("/")
    def shelf() -> str:
        return render_template(
            "shelf.html",
            bays=standing,
            stations=STATIONS,
            good=GOOD,
            bad=BAD,
            staff=STAFF,
            box=box,
            line_up=line.up,
        )

    @app.get("/pictures/<path:name>")
    def picture(name: str) -> Response:
        return send_from_directory(pictures, name, max_age=3600)

    @app.post("/act")
    def act() -> Response:
        asked = wanted("act", "station", "sku")
        if asked["act"] not in GOOD | BAD | STAFF or asked["station"] not in STATIONS or asked["sku"] not in articles:
            abort(Response(f"no such act, station or article: {asked}", 404))
        try:
            did = getattr(hands, asked["act"])(asked["station"], articles[asked["sku"]])
        except (HardwareError, OSError) as error:
            return failed(error)
        return jsonify({"did": did})

    @app.post("/line")
    def pull() -> Response:
        return jsonify({"up": line.pull(up=bool(wanted("up")["up"]))})

    return app


def wanted(*keys: str) -> dict[str, Any]:
    """The request's JSON object; 400 where it is none or lacks a key."""
    asked = request.get_json()
    if not isinstance(asked, dict) or not set(keys) <= set(asked):
        abort(Response(f"expected a JSON object with {', '.join(keys)}", 400))
    return asked


def failed(error: Exception) -> Response:
    response = jsonify({"error": str(error)})
    response.status_code = 503
    return response
