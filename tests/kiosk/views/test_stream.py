"""The event stream over real HTTP."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware.scan import Scan
from kiosk import create_app
from kiosk.server import Server, serve
from tests.kiosk.aurora import Aurora

EAN = b"9506000100043"


@contextmanager
def stream(server: Server, station: str, headers: dict[str, str] | None = None) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", f"/s/{station}/stream", headers=headers or {})
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def event(stream: http.client.HTTPResponse) -> tuple[str, str]:
    """The next event's name and data."""
    name, data = "", []
    while line := stream.readline().decode().rstrip("\n"):
        field, _, value = line.partition(": ")
        name = value if field == "event" else name
        data += [value] if field == "data" else []
    return name, "\n".join(data)


def next_screen(stream: http.client.HTTPResponse) -> str:
    while True:
        name, data = event(stream)
        if name == "screen":
            return data


def test_a_stream_begins_with_the_screen_and_goes_on_with_pings(server: Server) -> None:
    with stream(server, "wall") as wall:
        assert wall.headers["Content-Type"].startswith("text/event-stream")
        name, data = event(wall)
        assert name == "screen"
        assert 'data-screen="attract"' in data
        assert event(wall) == ("ping", '{"left": null}')


def test_a_ping_says_how_long_the_visit_lasts(aurora: Aurora, server: Server) -> None:
    aurora.shop.add_line("wall", "RANNIK-AMBER-42")
    aurora.clock.ms += 20_000
    with stream(server, "wall") as wall:
        event(wall)
        assert event(wall) == ("ping", '{"left": 100}')


def test_a_page_that_is_to_be_loaded_anew_is_told_so_and_its_stream_ends(aurora: Aurora, server: Server) -> None:
    with stream(server, "wall") as wall:
        event(wall)
        aurora.shop.reloading.ask("wall")
        while (told := event(wall))[0] == "ping":
            pass
        assert told == ("reload", "now") and wall.readline() == b""
    with stream(server, "wall") as again:
        assert event(again)[0] == "screen" and event(again)[0] == "ping"


def test_a_scan_reaches_the_streams_of_its_station_only(aurora: Aurora, server: Server) -> None:
    with stream(server, "wall") as wall, stream(server, "wall") as mirror, stream(server, "tablet") as tablet:
        for open_stream in (wall, mirror, tablet):
            event(open_stream)
        aurora.shop.scanned("wall", Scan(reader="gun", symbology="ean13", data=EAN, at=0))
        for open_stream in (wall, mirror):
            assert 'data-sku="RANNIK-AMBER-42"' in next_screen(open_stream)
        assert event(tablet)[0] == "ping"


def test_a_new_catalogue_reaches_every_stream(aurora: Aurora, server: Server) -> None:
    with stream(server, "tablet") as tablet:
        event(tablet)
        aurora.shop.scanned("tablet", Scan(reader="gun", symbology="ean13", data=EAN, at=0))
        assert "€189.95" in next_screen(tablet)
        aurora.publish(cheaper=1000)
        assert "€179.95" in next_screen(tablet)


def test_streams_beyond_the_cap_are_refused_and_the_box_still_answers(aurora: Aurora) -> None:
    server = serve(create_app(aurora.shop, streams=1))
    server.start()
    try:
        with stream(server, "wall") as wall:
            event(wall)
            with stream(server, "wall") as refused:
                assert refused.status == 503
                assert refused.headers["Retry-After"]
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("GET", "/s/wall/state.json")
            assert connection.getresponse().status == 200
            connection.close()
    finally:
        server.stop()


def test_a_place_is_free_again_when_a_screen_has_gone(aurora: Aurora) -> None:
    server = serve(create_app(aurora.shop, streams=1))
    server.start()
    try:
        with stream(server, "wall") as wall:
            event(wall)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with stream(server, "wall") as again:
                if again.status == 200:
                    assert event(again)[0] == "screen"
                    return
            time.sleep(0.2)
        pytest.fail("the place was never given back")
    finally:
        server.stop()


def test_the_server_stops_within_a_second_and_a_half_with_twenty_open_streams(server: Server) -> None:
    held = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=5) for _ in range(20)]
    for connection in held:
        connection.request("GET", "/s/wall/stream")
        connection.getresponse().readline()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 1.5
    for connection in held:
        connection.close()
