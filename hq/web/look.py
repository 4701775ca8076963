"""The retailer's look over HTTP: colours, sign, word mark, and pictures as PNG in the sizes that are used."""

import os
import re
from pathlib import Path
from threading import Lock

from flask import Blueprint, Response, abort, send_file

from hq.theme import drawn, picture
from hq.web.pages import hq, theme

blueprint = Blueprint("look", __name__)

WIDTHS = frozenset({324, 600, 1200})
FILE = re.compile(r"[\w-]{1,128}\.(svg|png|jpe?g|webp|gif|avif)")
YEAR = "public, max-age=31536000, immutable"
HOUR = "public, max-age=3600"
_drawing = Lock()


@blueprint.get("/theme.css")
def stylesheet() -> Response:
    return _answer(theme().stylesheet.encode(), "text/css", HOUR)


@blueprint.get("/brand/logo.png")
def logo() -> Response:
    return _answer(picture.logo(theme(), 296), "image/png", HOUR)


@blueprint.get("/brand/mark.svg")
def mark() -> Response:
    return _answer(_mark().encode(), "image/svg+xml", HOUR)


@blueprint.get("/brand/mark-<int:width>.png")
def mark_png(width: int) -> Response:
    if width not in WIDTHS:
        abort(404)
    return _answer(picture.from_svg(_mark(), width), "image/png", HOUR)


def _mark() -> str:
    return drawn(theme().mark, theme(), theme().css["night-ink"])


@blueprint.get("/thumbs/<int:width>/<file>.png")
def thumb(width: int, file: str) -> Response:
    """Pictures are named by the hash of their content, so what is drawn once holds for ever."""
    source = hq().pictures / file
    if width not in WIDTHS or not FILE.fullmatch(file) or not source.is_file():
        abort(404)
    answer = send_file(_thumb(source, width), "image/png")
    answer.headers["Cache-Control"] = YEAR
    return _for_mails(answer)


def _thumb(source: Path, width: int) -> Path:
    kept = hq().dir / "thumbs" / str(width) / f"{source.name}.png"
    with _drawing:  # one at a time: a first look at a page full of pictures must not take every core
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(_drawn(source, width))
            part.replace(kept)
    return kept


def _drawn(source: Path, width: int) -> bytes:
    try:
        return picture.png(source, width)
    except ValueError:
        return picture.from_svg(_mark(), width)  # a feed's broken picture: the sign instead of a broken page


def _answer(content: bytes, kind: str, caching: str) -> Response:
    answer = Response(content, mimetype=kind, headers={"Cache-Control": caching})
    return _for_mails(answer) if kind.startswith("image/") else answer


def _for_mails(answer: Response) -> Response:
    """Web mail loads these from other origins."""
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
