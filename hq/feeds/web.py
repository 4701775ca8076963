"""The feeds and pictures over HTTP. Boxes come without a login: a version is signed, and says nothing of people."""

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, send_from_directory

from hq.feeds.publish import head_bytes

if TYPE_CHECKING:
    from hq.service import Hq

blueprint = Blueprint("feeds", __name__)
VERSION_FILE = re.compile(r"\d{1,9}-\d{1,9}\.db\.zst")
PICTURE_FILE = re.compile(r"[0-9a-f]{64}\.(svg|png|jpe?g|webp|avif|gif)")
FOR_EVER = 365 * 24 * 3600
"""Seconds. Both kinds of file are named by what is in them and never change."""


@blueprint.get("/feeds/catalogue/head.json")
def head() -> Response:
    """The signed head of the newest version: the same bytes as the broker retains."""
    with _hq().reading() as connection:
        newest = head_bytes(connection)
    if newest is None:
        abort(404, "no catalogue has been published yet")
    return Response(newest, mimetype="application/json", headers={"Cache-Control": "no-store"})


@blueprint.get("/feeds/catalogue/<file>")
def version(file: str) -> Response:
    """A version's file; Range requests resume a download."""
    if not VERSION_FILE.fullmatch(file):
        abort(404)
    return send_from_directory(_hq().feeds, file, mimetype="application/zstd", max_age=FOR_EVER, conditional=True)


@blueprint.get("/pictures/<file>")
def picture(file: str) -> Response:
    if not PICTURE_FILE.fullmatch(file):
        abort(404)
    answer = send_from_directory(_hq().pictures, file, max_age=FOR_EVER, conditional=True)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _hq() -> "Hq":
    hq: Hq = current_app.extensions["hq"]
    return hq
