"""A box with readers that are not on it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.config_file import parse
from hardware.errors import BadOption

KEY = "09" * 32
SETTINGS = f"""
store = "shop"
[screen]
port = 0
[hq]
broker = "127.0.0.1:9"
url = "http://127.0.0.1:9"
seal_key = "{KEY}"
verify_key = "{KEY}"
[[station]]
id = "tablet"
kind = "tablet"
[[station]]
id = "wall"
kind = "wall"
[[reader]]
name = "cam"
station = "tablet"
driver = "browser"
silence = 1.0
"""
DEVICE = """
[[reader]]
name = "gun"
station = "wall"
driver = "barcode_serial"
path = "/dev/none"
"""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(parse(f"dir = {json.dumps(str(tmp_path))}\n" + SETTINGS))
    box.start()
    yield box
    box.stop()


def post(box: Box, station: str, place: str, **body: str) -> object:
    return requests.post(f"{box.url}/s/{station}/{place}", json={"reader": "cam", **body}, timeout=5).json()


def test_a_page_is_one_of_the_boxs_readers(box: Box) -> None:
    assert post(box, "tablet", "reader", kind="up") == {"known": True}
    assert post(box, "wall", "reader", kind="up") == {"known": False}
    assert post(box, "tablet", "scan", text="9506000100043", id="one") == {"screen": "unknown", "sku": None}
    (health,) = box.readers()
    assert (health.name, health.driver, health.state, health.scans) == ("cam", "browser", "up", 1)
    assert 'data-reader="cam"' in requests.get(f"{box.url}/s/tablet", timeout=5).text
    assert "data-reader" not in requests.get(f"{box.url}/s/wall", timeout=5).text


def test_an_option_that_the_driver_does_not_take_stops_the_start(tmp_path: Path) -> None:
    settings = SETTINGS.replace("silence = 1.0", 'path = "/dev/video0"')
    with pytest.raises(BadOption, match="reader 'cam': driver 'browser' has no option 'path'; it takes: silence"):
        Box(parse(f"dir = {json.dumps(str(tmp_path))}\n" + settings))


def test_nobody_speaks_for_a_device_of_the_box_or_the_reader_of_another_station(tmp_path: Path) -> None:
    box = Box(parse(f"dir = {json.dumps(str(tmp_path))}\n" + SETTINGS + DEVICE))
    box.start()
    try:
        for station, reader in (("wall", "gun"), ("tablet", "gun"), ("wall", "cam")):
            for kind, body in (("scan", {"text": "9506000100043"}), ("partial", {"reason": "tag-torn"})):
                place = "scan" if kind == "scan" else "reader"
                said = post(box, station, place, **{"kind": kind, "reader": reader, **body})
                assert f"reader '{reader}' is another one of this box" in str(said)
            for kind in ("up", "down"):
                assert post(box, station, "reader", kind=kind, reader=reader) == {"known": False}
        assert {health.name: (health.state, health.scans) for health in box.readers()}["gun"][1] == 0
        assert {health.name: health.state for health in box.readers()} != {"gun": "up", "cam": "up"}
        assert post(box, "wall", "scan", reader="other", text="9506000100043") == {"screen": "unknown", "sku": None}
    finally:
        box.stop()
