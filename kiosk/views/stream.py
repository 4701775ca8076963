"""The event stream of a station: its screen whenever it changes, a ping every second."""

import json
import time
from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context

from edge.httpd import STAYS
from edge.shop import Station
from kiosk import pairing, screens
from kiosk.parts import kiosk, station_or_404
from kiosk.refusing import because

views = Blueprint("stream", __name__)
PING_S = 1.0
LOOK_S = 0.25
"""How soon a stream notices that the server stops."""


@views.get("/s/<station>/stream")
def stream(station: str) -> Response:
    known = station_or_404(station)
    with kiosk().streams.place() as free:
        if not free:
            because("too-many-streams")
            return Response("too many screens are open on this box", status=503, headers={"Retry-After": "5"})
    request.environ.get(STAYS, lambda: None)()
    return Response(stream_with_context(events(known)), mimetype="text/event-stream")


def events(station: Station) -> Iterator[str]:
    """The screen now, then every change. What a message says is not read: the screen of the moment is what counts."""
    parts = kiosk()
    with parts.streams.place() as free, parts.shop.hub.subscribe(station.id) as subscription:
        if not free:
            return
        yield "retry: 1000\n" + event("screen", screens.fragment(station))
        pinged, readers, loaded = time.monotonic(), health(station), parts.shop.reloading.number(station.id)
        while not parts.stopping.is_set():
            told = subscription.get(LOOK_S) is not None
            if told or readers != health(station):
                readers = health(station)
                began = time.perf_counter()
                fragment = screens.fragment(station)
                parts.watch.painted(time.perf_counter() - began)
                yield event("screen", fragment)
            if loaded != parts.shop.reloading.number(station.id):
                yield event("reload", "now")
                return
            if time.monotonic() - pinged >= PING_S:
                pinged = time.monotonic()
                if not pairing.allowed(station.id):  # taken back meanwhile
                    return
                parts.shop.seen.note(station.id, request.remote_addr or "")
                yield event("ping", ping(station))


def health(station: Station) -> list[tuple[str, str]]:
    return [(reader.name, reader.state) for reader in kiosk().shop.outside.readers(station.id)]


def ping(station: Station) -> str:
    """How long until the visit ends by itself, in seconds; null where nobody is here."""
    left = kiosk().shop.left_ms(station.id)
    return json.dumps({"left": None if left is None else round(left / 1000)})


def event(name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\n{lines}\n"
