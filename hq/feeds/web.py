"""The feeds and pictures over HTTP. Boxes come without a login: a version is signed, and says nothing of people."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, abort, current_app, request, send_from_directory

from edge.catalogue import Version
from hq import rings
from hq.feeds import offers
from hq.feeds.heads import steps_between
from hq.feeds.messages import StockMessages
from hq.pictures.renditions import WIDTHS, rendition
from sync.codec import Deltas, FeedDelta, encode_delta, sign_rendition

if TYPE_CHECKING:
    from hq.service import Hq

blueprint = Blueprint("feeds", __name__)
VERSION_FILE = re.compile(r"\d{1,9}-\d{1,9}\.db\.zst|\d{1,9}-\d{1,9}_\d{1,9}-\d{1,9}\.delta\.zst")
VERSION = re.compile(r"(?:(\d{1,9})-)?(\d{1,9})")
"""Of a box: "1-809", or "809" in HQ's present epoch."""
PICTURE_FILE = re.compile(r"[0-9a-f]{64}\.(svg|png|jpe?g|webp|avif|gif)")
FOR_EVER = 365 * 24 * 3600
"""Seconds. Both kinds of file are named by what is in them and never change."""


@blueprint.get("/feeds/catalogue/head.json")
def head() -> Response:
    """The signed head of the version that everybody has."""
    with _hq().reading() as connection:
        everybody, row = rings.ring(connection, rings.ALL), rings.everybodys(connection)
    if everybody is None or row is None:
        abort(404, "no catalogue has been published yet")
    if everybody.paused:
        abort(404, "roll-outs are paused: nobody is told of a version just now")
    return _fresh(row.head)


@blueprint.get("/feeds/catalogue")
def steps() -> Response:
    """The deltas that lead on from `since` to `until` (what everybody has); none where only the whole file does."""
    with _hq().reading() as connection:
        everybody = rings.ring(connection, rings.ALL)
        if everybody is None:
            abort(404, "no catalogue has been published yet")
        since, until = (_version(name, everybody.version) for name in ("since", "until"))
        answer = Deltas(deltas=tuple(steps_between(connection, since, until)))
    return _fresh(msgspec.json.encode(answer))


@blueprint.get("/feeds/stock")
def counts() -> Response:
    """All counts that were told after version `since`, in one message; what it is stands signed in `Tote-Delta`."""
    with _hq().reading() as connection:
        delta, packed = _messages().since(connection, _version("since", Version(0, 0)))
    return _delta(delta, packed)


@blueprint.get("/feeds/offers")
def offered() -> Response:
    """The next part of what was told of codes and campaigns after version `since`, likewise. Of a code it holds a slow
    hash: nobody finds the code by it."""
    with _hq().reading() as connection:
        delta, packed = offers.delta_since(connection, _hq().keys.signing, _version("since", Version(0, 0)))
    return _delta(delta, packed)


def _delta(delta: FeedDelta, packed: bytes) -> Response:
    answer = Response(packed, mimetype="application/zstd", headers={"Cache-Control": "no-store"})
    answer.headers["Tote-Delta"] = encode_delta(delta).decode("ascii")
    return answer


def _version(name: str, otherwise: Version) -> Version:
    said = request.args.get(name)
    if said is None:
        return otherwise
    if not (read := VERSION.fullmatch(said)):
        abort(400, f"{name} is a version such as 1-809")
    return Version(int(read[1] or otherwise.epoch), int(read[2]))


def _fresh(content: bytes) -> Response:
    return Response(content, mimetype="application/json", headers={"Cache-Control": "no-store"})


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


@blueprint.get("/pictures/<int:width>/<file>")
def sized(width: int, file: str) -> Response:
    """A picture as screens of that width need it; `Tote-Signature` is HQ's word that it made it."""
    source = _hq().pictures / file
    if width not in WIDTHS or not PICTURE_FILE.fullmatch(file) or not source.is_file():
        abort(404)
    content = rendition(source, _hq().dir / "renditions", width).read_bytes()
    kind = "image/svg+xml" if source.suffix == ".svg" else "image/webp"
    answer = Response(content, mimetype=kind, headers={"Cache-Control": f"public, max-age={FOR_EVER}, immutable"})
    signed = sign_rendition(_hq().keys.signing, file, width, sha256(content).hexdigest())
    answer.headers["Tote-Signature"] = signed
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _messages() -> StockMessages:
    kept: StockMessages = current_app.extensions.setdefault("stock_messages", StockMessages(_hq().keys.signing))
    return kept


def _hq() -> "Hq":
    hq: Hq = current_app.extensions["hq"]
    return hq
