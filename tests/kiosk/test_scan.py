"""What readers of another device post: once each, strictly, not too many."""

import ast
import base64
import inspect
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge.codes.sun import SecureTags
from edge.shop.stations import Alone
from hardware import scan
from hardware.scan import ReaderEvent
from kiosk.posted import REASONS
from tests.edge.codes.sun_tag import FILE_KEY, META_KEY, UID, SunTag
from tests.kiosk.aurora import Aurora

BOOT = "RANNIK-AMBER-42"
CODE = {"text": "9506000100043"}


class Outside(Alone):
    """A box with one reader elsewhere, "cam" at the tablet."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ReaderEvent, str]] = []

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        known = (station, event.reader) == ("tablet", "cam")
        if known:
            self.heard.append((station, event, source))
        return known


@pytest.fixture
def outside(aurora: Aurora) -> Outside:
    aurora.shop.outside = outside = Outside()
    return outside


def test_a_scan_posted_again_with_its_id_counts_once_and_is_answered_the_same(
    aurora: Aurora, client: FlaskClient
) -> None:
    answers = [client.post("/s/wall/scan", json={**CODE, "id": "one"}).json for _ in range(3)]
    assert answers == [{"screen": "article", "sku": BOOT}] * 3
    assert aurora.kinds().count("ProductScanned") == 1
    client.post("/s/wall/scan", json={**CODE, "id": "two"})
    assert aurora.kinds().count("ProductScanned") == 2


def test_two_of_the_same_at_once_count_once(aurora: Aurora, app: Flask) -> None:
    def post(_: int) -> object:
        return app.test_client().post("/s/wall/scan", json={**CODE, "id": "one"}).json

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(post, range(16))) == [{"screen": "article", "sku": BOOT}] * 16
    assert aurora.kinds().count("ProductScanned") == 1


def test_the_same_id_at_another_station_is_another_scan(aurora: Aurora, client: FlaskClient) -> None:
    for station in ("wall", "tablet"):
        client.post(f"/s/{station}/scan", json={**CODE, "id": "one"})
    assert aurora.kinds().count("ProductScanned") == 2


def test_the_same_id_of_another_device_or_reader_is_another_scan(aurora: Aurora, client: FlaskClient) -> None:
    for who in ({"source": "a"}, {"source": "b"}, {"source": "a", "reader": "gun"}, {"source": "a"}):
        client.post("/s/wall/scan", json={**CODE, "id": "1", **who})
    assert aurora.kinds().count("ProductScanned") == 3


def test_a_reader_that_is_configured_hears_everything(client: FlaskClient, outside: Outside) -> None:
    from_page = {"reader": "cam", "source": "page"}
    assert client.post("/s/tablet/reader", json={"kind": "up", **from_page}).json == {"known": True}
    data = base64.b64encode(b"]d2\x1d01").decode()
    client.post("/s/tablet/scan", json={"symbology": "gs1-datamatrix", "data": data, "uid": "BAE=", **from_page})
    client.post("/s/tablet/reader", json={"kind": "partial", "reason": "tag-torn", "error": "gone", **from_page})
    client.post("/s/tablet/reader", json={"kind": "present", "tag": "BAE=", **from_page})
    client.post("/s/tablet/reader", json={"kind": "down", "error": "the page was closed", **from_page})
    events = [event for _, event, _ in outside.heard]
    assert [event.kind for event in events] == ["up", "scan", "partial", "present", "down"]
    assert (events[1].scan and events[1].scan.data, events[1].scan and events[1].scan.uid) == (
        b"]d2\x1d01",
        b"\x04\x01",
    )
    assert (events[2].reason, events[3].tag, events[4].error) == ("tag-torn", b"\x04\x01", "the page was closed")
    assert {source for _, _, source in outside.heard} == {"page"}


def test_a_reader_nobody_configured_is_told_so_and_its_readings_count(
    aurora: Aurora, client: FlaskClient, outside: Outside
) -> None:
    assert client.post("/s/wall/reader", json={"kind": "up", "reader": "cam"}).json == {"known": False}
    assert client.post("/s/wall/scan", json={**CODE, "reader": "cam"}).json == {"screen": "article", "sku": BOOT}
    client.post("/s/wall/reader", json={"kind": "partial", "reason": "tag-torn"})
    assert client.get("/s/wall/state.json").get_json()["screen"] == "unknown"
    assert outside.heard == []


@pytest.mark.parametrize(
    ("place", "body", "said"),
    [
        ("scan", {"kind": "up"}, "must be one of scan here"),
        ("reader", {"kind": "scan", "text": "x"}, "must be one of up, down, partial, present, removed here"),
        ("reader", {"kind": "partial"}, '"reason" must be one of barcode-'),
        ("reader", {"kind": "partial", "reason": "because"}, '"reason" must be one of barcode-'),
        ("reader", {"kind": "up", "error": "x"}, "up has no 'error'; it takes: id, kind, reader, source"),
        ("reader", {"kind": "down", "error": "two\nlines"}, "one line of at most 300 letters"),
        ("reader", {"kind": "down", "error": "x" * 301}, "one line of at most 300 letters"),
        ("reader", {"kind": "present", "tag": "%%"}, '"tag" must be base64'),
        ("scan", {**CODE, "reader": "a\nb"}, '"reader" must be one line of at most 64 letters'),
        ("scan", {**CODE, "id": "x" * 65}, '"id" must be at most 64'),
        ("scan", {**CODE, "id": "a b"}, '"id" must be at most 64'),
        ("scan", {**CODE, "symbology": "q/r"}, '"symbology" must be at most 64'),
        ("scan", {**CODE, "data": "eA=="}, "and not both"),
        ("scan", {**CODE, "colour": "red"}, "scan has no 'colour'"),
        ("scan", {"text": ""}, "1 to 8192 bytes"),
        ("scan", {"text": "x" * 8193}, "1 to 8192 bytes, not 8193"),
        ("scan", {"text": "\ud800"}, "half a letter"),
    ],
)
def test_what_is_none_of_these_is_refused_and_says_what_is_wanted(
    aurora: Aurora, client: FlaskClient, place: str, body: dict[str, str], said: str
) -> None:
    before = aurora.kinds()
    answer = client.post(f"/s/wall/{place}", json=body)
    assert answer.status_code in (400, 413)
    assert said in answer.get_json()["error"]
    assert aurora.kinds() == before


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "' OR 1=1; DROP TABLE tag_counter; --",
        "\x1b[2J\x9b31m\x00\x07",
        "\u202egnp.exe",
        '" AND NEAR(a b) OR *',
        "https://evil.example/01/09506000134352?x=<script>",
    ],
)
def test_what_a_code_holds_is_only_text(aurora: Aurora, client: FlaskClient, text: str) -> None:
    assert client.post("/s/wall/scan", json={"text": text}).json == {"screen": "unknown", "sku": None}
    page = client.get("/s/wall").get_data(as_text=True)
    assert "<script>alert" not in page and "<img src=x" not in page and "49{%" not in page
    assert aurora.kinds()[-1] == "CodeNotRecognised"
    assert client.post("/s/wall/scan", json=CODE).json == {"screen": "article", "sku": BOOT}


def test_a_secure_message_posted_again_is_a_copy_whoever_posts_it(aurora: Aurora, client: FlaskClient) -> None:
    table = SecureTags(host="id.example.com", meta_key=META_KEY, file_key=FILE_KEY)
    vars(aurora.shop.settings).update(secure_tags=(table,))
    link = SunTag().link(7).replace("09506000134352", "09506000100043")
    posts = [
        ("wall", {"text": link, "id": "one"}),
        ("wall", {"text": link, "id": "two"}),
        ("tablet", {"text": link.replace("example.com", "EXAMPLE.com."), "id": "one", "reader": "other"}),
        ("tablet", {"text": link + "#", "symbology": "qr", "uid": base64.b64encode(UID).decode()}),
    ]
    shown = [client.post(f"/s/{station}/scan", json=body).json for station, body in posts]
    assert shown == [{"screen": "article", "sku": BOOT}, *[{"screen": "unknown", "sku": None}] * 3]
    forged = client.post("/s/wall/scan", json={"text": link.replace("cmac=", "cmac=0")})
    assert forged.json == {"screen": "unknown", "sku": None}


@pytest.mark.parametrize("place", ["scan", "reader"])
def test_a_station_that_does_not_exist_hears_nothing(client: FlaskClient, place: str) -> None:
    assert client.post(f"/s/cellar/{place}", json=CODE).status_code == 404


def test_a_flood_is_dammed_and_other_stations_go_on(aurora: Aurora, client: FlaskClient) -> None:
    answers = [client.post("/s/wall/scan", json=CODE) for _ in range(100)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 20 < len(refused) < 61
    assert refused[0].headers["Retry-After"] == "1"
    assert "post it again after a second, with the same id" in refused[0].get_json()["error"]
    assert aurora.kinds().count("ProductScanned") == 100 - len(refused)
    assert client.post("/s/tablet/scan", json=CODE).status_code == 200


def test_what_is_broken_counts_towards_the_flood_too(client: FlaskClient) -> None:
    assert 429 in [client.post("/s/wall/reader", data="{").status_code for _ in range(80)]


def test_every_reason_a_driver_here_may_give_may_be_posted() -> None:
    """The words stand in the docstring below `ReaderEvent.reason`."""
    body = ast.parse(inspect.getsource(scan)).body
    event = next(part for part in body if isinstance(part, ast.ClassDef) and part.name == "ReaderEvent")
    texts = [
        part.value.value for part in event.body if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    ]
    words = next(text for text in texts if "stable word" in str(text))
    assert set(re.findall(r'"([a-z-]+)"', str(words))) == REASONS


def test_the_barcode_decoder_alone_may_compile_webassembly(client: FlaskClient) -> None:
    policies = {}
    for path in ("/s/tablet", "/static/kiosk.js", "/static/camera/worker.js"):
        with client.get(path) as answer:
            policies[path] = answer.headers["Content-Security-Policy"]
    assert [path for path, policy in policies.items() if "wasm-unsafe-eval" in policy] == ["/static/camera/worker.js"]
    assert all("default-src 'none'" in policy for policy in policies.values())
