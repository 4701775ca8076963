"""Pictures of the catalogue, and the look of the shop."""

import re
import time
from contextlib import suppress
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from edge.pictures import looked_at
from kiosk.parts import kiosk

views = Blueprint("pictures", __name__)
NAME = re.compile(r"[0-9a-f]{64}\.(svg|webp|avif|jpg|jpeg|png)")
FOR_EVER = 365 * 24 * 3600


@views.get("/pictures/<file>")
def picture(file: str) -> Response:
    """A picture is named by its content, so a browser may keep it for ever."""
    _miss(file, small=False)
    return kept(kiosk().shop.pictures, file)


@views.get("/pictures/small/<file>")
def small(file: str) -> Response:
    """Its small rendition, for cards and lines; the full one until that is made."""
    pictures = kiosk().shop.pictures
    if NAME.fullmatch(file) and (pictures / "small" / file).exists():
        return kept(pictures / "small", file)
    _miss(file, small=True)
    response = kept(pictures, file)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _miss(file: str, *, small: bool) -> None:
    """What the budget had no room for is fetched when a screen shows it; the screen asks again (pictures.js)."""
    if NAME.fullmatch(file) and not (kiosk().shop.pictures / file).exists():
        kiosk().shop.outside.want_picture(file, small=small)


def kept(folder: Path, file: str) -> Response:
    if not NAME.fullmatch(file):
        abort(404)
    response = send_from_directory(folder, file, mimetype=_kind(folder / file), max_age=FOR_EVER)
    looked_at(folder / file, time.time())
    response.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _kind(path: Path) -> str | None:
    """What HQ makes of a picture is WebP, under the picture's own name; None is as the name says."""
    with suppress(OSError), path.open("rb") as file:
        begins = file.read(12)
        return "image/webp" if begins[:4] == b"RIFF" and begins[8:] == b"WEBP" else None
    return None


@views.get("/theme.css")
def theme() -> Response:
    return Response(kiosk().theme.css, mimetype="text/css")


@views.get("/mark.svg")
def mark() -> Response:
    return Response(kiosk().theme.mark, mimetype="image/svg+xml")
