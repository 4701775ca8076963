"""Where pairing is required, nobody without a token is a station; a code gives one, once, within five minutes."""

import re
import time
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge.cli.station import Devices, _readers, _tokens
from edge.domain.directives import LockStation
from edge.shop import Article, Attract
from edge.shop.pairing import BURST, GOOD_MS
from hardware.simulated import SerialScanner
from kiosk.pairing import COOKIE
from kiosk.server import Server
from sync.codec import Directive
from tests.kiosk.aurora import PIN, Aurora
from tests.kiosk.views.test_stream import event, stream

SCAN = {"symbology": "ean13", "text": "9506000100043"}


@pytest.fixture(autouse=True)
def required(aurora: Aurora) -> None:
    aurora.shop.pairing.required = True


def token(aurora: Aurora, station: str = "wall") -> str:
    return aurora.shop.pairing.accept(station, aurora.shop.pairing.offer(station))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_unpaired_browser_sees_how_to_pair_and_nothing_of_the_shop(client: FlaskClient) -> None:
    page = client.get("/s/wall")
    assert page.status_code == 401
    assert "tote station pair wall" in page.text
    assert "Rannik" not in page.text
    for path in ("stream", "state.json", "sync"):
        assert client.get(f"/s/wall/{path}").status_code == 401


@pytest.mark.parametrize("path", ["scan", "reader", "show/browse", "done", "touch", "send", "basket/lines", "comfort"])
def test_an_unpaired_program_changes_nothing(aurora: Aurora, client: FlaskClient, path: str) -> None:
    answer = client.post(f"/s/wall/{path}", json=SCAN)
    assert answer.status_code == 401
    assert "tote station token wall" in answer.json["error"]
    assert "VisitStarted" not in aurora.kinds()


def test_a_code_makes_a_browser_the_screen_of_its_station_and_of_no_other(aurora: Aurora, client: FlaskClient) -> None:
    code = aurora.shop.pairing.offer("wall")
    answer = client.post("/s/wall/pair", data={"code": code.lower().replace("-", " ")})
    assert (answer.status_code, answer.location) == (303, "/s/wall")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/s/wall" in cookie
    assert client.get("/s/wall").status_code == 200
    assert client.post("/s/wall/scan", json=SCAN).json["screen"] == "article"
    client.set_cookie(COOKIE, re.search(f"{COOKIE}=([^;]+)", cookie)[1], path="/s/tablet")  # type: ignore[index]
    assert client.get("/s/tablet").status_code == 401


def test_a_code_counts_once(aurora: Aurora, app: Flask) -> None:
    code = aurora.shop.pairing.offer("wall")
    assert app.test_client().post("/s/wall/pair", data={"code": code}).status_code == 303
    replayed = app.test_client().post("/s/wall/pair", data={"code": code})
    assert replayed.status_code == 403
    assert "Set-Cookie" not in replayed.headers


def test_a_code_of_five_minutes_ago_counts_no_more(aurora: Aurora, client: FlaskClient) -> None:
    code = aurora.shop.pairing.offer("wall")
    aurora.clock.ms += GOOD_MS
    assert client.post("/s/wall/pair", data={"code": code}).status_code == 403


def test_a_code_for_one_station_is_none_for_another(aurora: Aurora, client: FlaskClient) -> None:
    code = aurora.shop.pairing.offer("wall")
    assert client.post("/s/tablet/pair", data={"code": code}).status_code == 403
    assert client.post("/s/wall/pair", data={"code": code}).status_code == 303


def test_guessing_is_slowed_down_even_for_who_guesses_right(aurora: Aurora, client: FlaskClient) -> None:
    code = aurora.shop.pairing.offer("wall")
    for i in range(BURST):
        assert client.post("/s/wall/pair", data={"code": f"{i:08d}"}).status_code == 403
    assert client.post("/s/wall/pair", data={"code": code}).status_code == 403


def test_a_program_gets_a_token_for_a_code_and_is_a_station_by_it(aurora: Aurora, client: FlaskClient) -> None:
    code = aurora.shop.pairing.offer("tablet")
    given = client.post("/api/pair", json={"station": "tablet", "code": code}).json
    assert given["station"] == "tablet"
    scanned = client.post("/s/tablet/scan", json=SCAN, headers=bearer(given["token"]))
    assert scanned.json == {"screen": "article", "sku": "RANNIK-AMBER-42"}
    assert client.post("/s/wall/scan", json=SCAN, headers=bearer(given["token"])).status_code == 401
    assert client.post("/api/pair", json={"station": "tablet", "code": code}).status_code == 403


def test_a_token_does_not_let_another_site_speak(aurora: Aurora, client: FlaskClient) -> None:
    headers = {**bearer(token(aurora)), "Origin": "http://evil.example"}
    assert client.post("/s/wall/done", headers=headers).status_code == 403


def test_the_store_holds_no_token_and_no_code(aurora: Aurora) -> None:
    code = aurora.shop.pairing.offer("wall")
    secret = token(aurora)
    rows = aurora._database.read(
        lambda db: [*db.query("SELECT * FROM paired"), *db.query("SELECT * FROM pairing_code")]
    )
    assert secret not in str(rows)
    assert code.replace("-", "") not in str(rows)


def test_the_stream_of_what_was_taken_back_ends(aurora: Aurora, server: Server) -> None:
    secret = token(aurora)
    with stream(server, "wall", bearer(secret)) as wall:
        assert event(wall)[0] == "screen"
        aurora.shop.pairing.revoke(aurora.shop.pairing.paired()[0].id)
        while wall.readline():
            pass
    with stream(server, "wall", bearer(secret)) as again:
        assert again.status == 401


def test_a_station_that_hq_locks_out_shows_nothing_any_more(
    aurora: Aurora, server: Server, client: FlaskClient
) -> None:
    secret = token(aurora)
    aurora.shop.pairing.required = False
    with stream(server, "wall", bearer(secret)) as wall:
        event(wall)
        lock = LockStation(action="a" * 32, station="wall", locked=True)
        directive = Directive("a" * 32, 1, 1, "LockStation", msgspec.json.encode(lock).decode())
        aurora.shop.directives.take([directive], (0, 0), (1, 1))
        while wall.readline():
            pass
    page = client.get("/s/wall", headers=bearer(secret))
    assert page.status_code == 401 and "locked" in page.text and "<form" not in page.text
    assert client.post("/s/wall/pair", data={"code": "K7QM3TXB"}).status_code == 403
    assert client.get("/s/tablet").status_code == 200


def test_staff_who_is_signed_in_gives_codes_and_takes_tokens_back(aurora: Aurora, client: FlaskClient) -> None:
    client.set_cookie(COOKIE, token(aurora, "staff"), path="/s/staff")
    assert client.post("/s/staff/screens/wall/code").status_code == 422
    aurora.hire()
    aurora.hold_up()
    client.post("/s/staff/pin", data={"pin": PIN})
    page = client.post("/s/staff/screens/wall/code").text
    code = re.search(r'data-test="offered">([^<]+)<', page)
    assert code and client.post("/s/wall/pair", data={"code": code[1]}).status_code == 303
    assert client.get("/s/wall").status_code == 200
    wall = next(one for one in aurora.shop.pairing.paired() if one.station == "wall")
    assert client.post(f"/s/staff/screens/{wall.id}/revoke").status_code == 303
    assert client.get("/s/wall").status_code == 401


def test_readers_elsewhere_bring_the_token_of_their_station(aurora: Aurora, box: str, tmp_path: Path) -> None:
    gun, file = SerialScanner(tmp_path / "gun"), tmp_path / "readers.toml"
    file.write_text(
        f'[tokens]\ntablet = "{aurora.shop.pairing.issue("tablet")}"\n[[reader]]\nname = "gun"\nstation = "tablet"\n'
        f'driver = "barcode_serial"\npath = "{gun.path}"\n'
    )
    devices = Devices(box, _readers(file), _tokens(file))
    devices.start()
    try:
        gun.type(b"9506000100043\r")
        ends = time.monotonic() + 10
        while aurora.shop.screen("tablet") == Attract() and time.monotonic() < ends:
            time.sleep(0.05)
        assert aurora.shop.screen("tablet") == Article(sku="RANNIK-AMBER-42")
    finally:
        devices.stop()
