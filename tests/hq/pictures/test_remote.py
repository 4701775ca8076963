"""What feeds name by address: fetched from the public web alone, within limits, and only pictures."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from hq.config import Config, Pictures
from hq.feeds import publish
from hq.importers.articles import Articles
from hq.pictures import remote
from hq.pictures.fetching import Fetcher
from hq.pictures.remote import Unfetchable, fetch
from hq.service import Hq, open_hq
from hq.store.tables import picture
from tests.hq.importers import files

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
HERE = ("127.0.0.1",)


class Web(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    down: ClassVar[bool] = False

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append(self.path)
        match ["down"] if self.down else self.path.strip("/").split("/"):
            case ["down"]:
                self.answer(503)
            case ["boot.png"]:
                self.answer(200, PNG)
            case ["page.html"]:
                self.answer(200, b"<html>")
            case ["huge.png"]:
                self.answer(200, PNG + bytes(remote.LARGEST))
            case ["moved"]:
                self.answer(302, Location="/boot.png")
            case ["inside"]:
                self.answer(302, Location=f"http://localhost:{self.server.server_port}/boot.png")  # type: ignore[attr-defined]
            case ["nowhere"]:
                self.answer(302, Location="http://[")
            case ["packed"]:
                self.answer(200, gzip.compress(PNG + bytes(remote.LARGEST)), **{"Content-Encoding": "gzip"})
            case ["trickles", what]:
                self.trickle(what)
            case ["round"]:
                self.answer(302, Location="/round")
            case _:
                self.answer(404)

    def trickle(self, what: str) -> None:
        """Octet by octet, its head or its body, for four seconds: no single one is waited for."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" if what == "head" else b"HTTP/1.1 200 OK\r\n\r\n" + PNG)
        try:
            for _ in range(40):
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            pass

    def answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True


@pytest.fixture
def web() -> Iterator[str]:
    Web.asked.clear()
    Web.down = False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_picture_is_fetched_and_told_by_its_octets_not_by_its_name(web: str) -> None:
    assert fetch(f"{web}/boot.png", HERE) == (PNG, ".png")
    assert fetch(f"{web}/moved", HERE) == (PNG, ".png")


@pytest.mark.parametrize(
    ("path", "words", "lasting"),
    [
        ("page.html", "no JPEG", True),
        ("huge.png", "more than 20 MB", True),
        ("gone.png", "says 404", True),
        ("round", "from address to address", True),
        ("nowhere", "leads to what is no web address", True),
        ("packed", "no JPEG", True),
        ("inside", "localhost is inside the house", True),
    ],
)
def test_what_is_none_is_named(web: str, path: str, words: str, lasting: bool) -> None:
    with pytest.raises(Unfetchable, match=words) as told:
        fetch(f"{web}/{path}", HERE)
    assert told.value.lasting is lasting


@pytest.mark.parametrize("what", ["head", "body"])
def test_who_trickles_is_left_when_the_time_is_over(web: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LONGEST", 0.5)
    began = time.monotonic()
    with pytest.raises(Unfetchable, match="takes longer") as told:
        fetch(f"{web}/trickles/{what}", HERE)
    assert time.monotonic() - began < 3
    assert not told.value.lasting


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "http://localhost/x.png",
        "http://[::1]/x.png",
        "http://[::ffff:127.0.0.1]/x.png",
        "http://10.0.0.1/x.png",
        "http://192.168.1.1/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/x.png",
        "http://2130706433/x.png",
        "http://[fe80::1]/x.png",
        "http://[64:ff9b::7f00:1]/x.png",
        "http://[2002:7f00:1::]/x.png",
        "ftp://example.com/x.png",
        "file:///etc/passwd",
        "http://user@example.com/x.png",
        "http:///x.png",
        "http://[::1/x.png",
        "http://a:99999999/x.png",
    ],
)
def test_nothing_inside_the_house_is_asked_and_nothing_but_the_web(address: str) -> None:
    with pytest.raises(Unfetchable) as told:
        fetch(address)
    assert told.value.lasting


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    opened = open_hq(tmp_path / "hq", Config(pictures=Pictures(private=HERE)))
    yield opened
    opened.close()


def test_a_feed_s_pictures_are_fetched_behind_the_import_and_come_with_a_version_of_their_own(
    hq: Hq, web: str, tmp_path: Path
) -> None:
    with hq.engine.connect() as connection:
        import_file_with(hq, tmp_path, web)
        first = publish(connection, hq.dir, hq.keys.signing, now=hq.clock())
    catalogue = hq.catalogue()
    assert first and catalogue and catalogue.pictures() == []
    fetcher = Fetcher(hq)
    Web.down = True
    fetcher.look()
    assert hq.catalogue() is catalogue
    with hq.engine.begin() as connection:
        rows = connection.execute(picture.select()).all()
        assert {row.tries for row in rows} == {1} and any("503" in row.error for row in rows)
        connection.execute(picture.update().values(due=0))
    Web.down = False
    fetcher.look()
    after = hq.catalogue()
    assert after and after.version.n == 2
    (name,) = after.wanted_pictures()
    assert (hq.pictures / name).read_bytes() == PNG
    asked = len(Web.asked)
    fetcher.look()
    assert len(Web.asked) == asked


def test_an_address_that_nobody_thought_of_holds_up_no_other(
    hq: Hq, web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(url: str, private: tuple[str, ...]) -> tuple[bytes, str]:
        if "odd" in url:
            raise RuntimeError(url)
        return fetch(url, private)

    monkeypatch.setattr("hq.pictures.fetching.fetch", fetched)
    with hq.engine.connect() as connection:
        import_file_with(hq, tmp_path, web, beside="odd")
        publish(connection, hq.dir, hq.keys.signing, now=hq.clock())
    Fetcher(hq).look()
    with hq.reading() as reading:
        rows = {row.url.rpartition("/")[2]: row for row in reading.execute(picture.select())}
    assert rows["boot.png"].name.endswith(".png")
    assert (rows["odd.png"].error, rows["odd.png"].tries) == ("RuntimeError", 1)
    assert rows["odd.png"].due > hq.clock()


def import_file_with(hq: Hq, folder: Path, web: str, beside: str = "missing") -> None:
    from dataclasses import replace

    from edge.domain.article import Variant
    from hq.importers import import_file

    with hq.engine.begin() as connection:
        import_file(connection, files.articles(folder, files.ARTICLES))
        articles = Articles(connection)
        for sku in articles.ids(Variant):
            held = articles.get(Variant, sku)
            assert held
            there = f"{web}/boot.png" if sku == "TB-42" else f"{web}/{beside}.png"
            articles.put(sku, held.product_id, replace(held, picture=there))
        articles.flush()
