"""The whole way of a secure tag: NTAG 424 DNA, chip, nfcpy, driver, box, shop, page."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.catalogue import Shelf, Version
from edge.codes.tag import tag_message
from edge.config_file import parse
from edge.shop import Screen
from hardware.simulated import Pn532, Tag, Type4
from hardware.simulated.ntag424 import Ntag424
from tests.edge.codes.sun_tag import FILE_KEY, META_KEY, UID, SunTag
from tests.edge.shop.conftest import make_catalogue

KEY = "09" * 32
LANGUAGES = {
    "en": "The tag on this article is genuine.",
    "de": "Das Etikett an diesem Artikel ist echt.",
    "es": "La etiqueta de este artículo es auténtica.",
    "et": "Selle toote silt on ehtne.",
}


@dataclass
class Wall:
    box: Box
    chip: Pn532

    def tap(self, tag: Tag, *, seconds: float = 0.9) -> Screen:
        """Hold the tag there and take it away for longer than a shaken hand does; what the wall shows then."""
        head = self.box.shop.status().head
        self.chip.put(tag)
        until = time.monotonic() + 5
        while self.box.shop.status().head == head and time.monotonic() < until:
            time.sleep(0.02)
        self.chip.take()
        time.sleep(seconds)
        return self.box.shop.screen("wall")

    def page(self) -> str:
        return requests.get(f"{self.box.url}/s/wall", timeout=5).text


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    shelf = Shelf(tmp_path / "catalogue")
    shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
    with Pn532(tmp_path / "chip") as chip:
        box = Box(parse(settings(tmp_path, chip.path)))
        box.start()
        try:
            yield Wall(box, chip)
        finally:
            box.stop()


def settings(folder: Path, chip: str) -> str:
    return f"""
store = "shop"
dir = "{folder}"
[screen]
port = 0
[hq]
broker = "127.0.0.1:9"
url = "http://127.0.0.1:9"
seal_key = "{KEY}"
verify_key = "{KEY}"
[[station]]
id = "wall"
kind = "wall"
[[reader]]
name = "wall-nfc"
station = "wall"
driver = "nfc_pn532"
path = "{chip}"
[[secure_tag]]
host = "id.example.com"
file_key = "{FILE_KEY.hex()}"
meta_key = "{META_KEY.hex()}"
"""


def message(counter: int, tag: SunTag = SunTag()) -> bytes:  # noqa: B008 (frozen)
    return tag_message(tag.link(counter), "")


def test_a_genuine_tag_is_said_to_be_at_every_tap_and_its_copy_is_refused(wall: Wall) -> None:
    tag = Ntag424(message, UID)
    for language, words in LANGUAGES.items():
        wall.tap(tag)
        wall.box.shop.set_language("wall", language)
        page = wall.page()
        assert words in page and 'data-test="genuine"' in page
    wall.box.shop.set_language("wall", "en")
    copied = Type4(message(tag.counter), UID)
    assert getattr(wall.tap(copied), "reason", "") == "tag-copied"
    assert "may be a copy" in wall.page()
    assert getattr(wall.tap(tag), "notice", "") == "genuine"


def test_a_forged_tag_shows_no_article(wall: Wall) -> None:
    forged = Ntag424(lambda counter: message(counter, SunTag(file_key=bytes(16))), UID)
    assert getattr(wall.tap(forged), "reason", "") == "tag-forged"
    page = wall.page()
    assert "says it is one of ours, and is not" in page
    assert 'data-test="genuine"' not in page
