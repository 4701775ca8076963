"""The shelf's acts reach the readers as bytes and tags."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import serial
import zxingcpp
from flask.testing import FlaskClient

from edge.demo.acts import BAD, Hands, misread
from edge.demo.articles import Article, load
from edge.demo.plan import READERS, SHOP
from edge.demo.shelf.line import Line
from edge.demo.shelf.pages import create_app


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return load(SHOP / "articles.csv")


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("readers")
    names = {"barcode_serial": "--scanner", "nfc_pn532": "--chip"}
    devices = [f"{names[reader.driver]}={reader.name}" for reader in READERS if reader.driver in names]
    command = [sys.executable, "-m", "hardware.simulated", "--dir", str(folder), *devices]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield folder
        process.terminate()


@pytest.fixture
def hands(readers: Path, tmp_path: Path) -> Hands:
    return Hands(readers, tmp_path)


@pytest.fixture
def client(articles: dict[str, Article], hands: Hands, tmp_path: Path) -> FlaskClient:
    app = create_app(articles, hands, Line(tmp_path / "line", 1), pictures=SHOP / "pictures", box="http://box")
    return app.test_client()


@pytest.fixture
def boot(articles: dict[str, Article]) -> Article:
    return next(article for article in articles.values() if article.size == "42")


def test_a_click_sends_the_barcode_through_the_scanner_of_the_chosen_station(
    client: FlaskClient, readers: Path, boot: Article
) -> None:
    with serial.Serial(os.path.realpath(readers / "wall-scanner"), timeout=2) as port:
        answer = client.post("/act", json={"act": "scan", "station": "wall", "sku": boot.sku})
        assert port.read_until(b"\r") == boot.gtin.encode() + b"\r"
    assert boot.gtin.encode().hex(" ") in answer.get_json()["did"]


def test_a_torn_barcode_has_no_end(client: FlaskClient, readers: Path, boot: Article) -> None:
    with serial.Serial(os.path.realpath(readers / "staff-scanner"), timeout=0.2) as port:
        client.post("/act", json={"act": "torn", "station": "staff", "sku": boot.sku})
        assert port.read(20) == boot.gtin[:7].encode()


def test_the_camera_sees_the_barcode_of_the_article(hands: Hands, boot: Article, tmp_path: Path) -> None:
    hands.show("tablet", boot)
    (photo,) = tmp_path.iterdir()
    image = cv2.imdecode(np.frombuffer(photo.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [boot.gtin]


@pytest.mark.parametrize("act", BAD)
def test_every_trouble_can_be_made(client: FlaskClient, boot: Article, act: str) -> None:
    answer = client.post("/act", json={"act": act, "station": "wall", "sku": boot.sku})
    assert (answer.status_code, list(answer.get_json())) == (200, ["did"])


def test_a_misread_code_differs_in_its_check_digit_alone() -> None:
    assert misread("9506000100019") == "9506000100010"


def test_what_only_the_web_sells_is_not_on_the_shelf(client: FlaskClient, articles: dict[str, Article]) -> None:
    page = client.get("/").text
    web = [article for article in articles.values() if article.web_only]
    assert web
    assert not [article.sku for article in web if article.sku in page]


def test_no_price_is_told_that_an_import_may_have_changed(client: FlaskClient, boot: Article) -> None:
    assert boot.price not in client.get("/").text


def test_every_other_article_with_a_barcode_is(client: FlaskClient, articles: dict[str, Article]) -> None:
    page = client.get("/").text
    standing = [article for article in articles.values() if article.gtin and not article.web_only]
    assert not [article.sku for article in standing if article.sku not in page]


def test_an_act_nobody_knows_is_refused(client: FlaskClient, boot: Article) -> None:
    assert client.post("/act", json={"act": "__init__", "station": "wall", "sku": boot.sku}).status_code == 404
    assert client.post("/act", json={"act": "scan", "station": "moon", "sku": boot.sku}).status_code == 404
    assert client.post("/act", json=["scan"]).status_code == 400


def test_another_sites_form_can_do_nothing(client: FlaskClient, boot: Article) -> None:
    answer = client.post("/act", data={"act": "scan", "station": "wall", "sku": boot.sku})
    assert answer.status_code == 415


def test_without_readers_it_says_so(articles: dict[str, Article], boot: Article, tmp_path: Path) -> None:
    hands = Hands(tmp_path, tmp_path)
    app = create_app(articles, hands, Line(tmp_path / "line", 1), pictures=tmp_path, box="http://box")
    answer = app.test_client().post("/act", json={"act": "scan", "station": "wall", "sku": boot.sku})
    assert answer.status_code == 503
    assert "no simulated readers answer" in answer.get_json()["error"]
