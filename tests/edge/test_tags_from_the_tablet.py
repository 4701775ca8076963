"""A run of tags, from the staff's tablet through the whole box to a simulated chip, and read back there."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.catalogue import Version
from edge.codes.tag import tag_text
from edge.config_file import parse
from edge.shop import Article, Encode
from edge.staff import Roster
from hardware.scan import Scan
from hardware.simulated import MifareClassic, Pn532
from hardware.simulated.writable_tags import Ntag
from tests.edge.shop.conftest import BOOT_GTIN, make_catalogue

KEY = "09" * 32
SETTINGS = """
store = "shop"
[screen]
port = 0
[hq]
broker = "127.0.0.1:9"
url = "http://127.0.0.1:9"
seal_key = "{key}"
verify_key = "{key}"
[[station]]
id = "till"
kind = "staff"
[[reader]]
name = "pad"
station = "till"
driver = "nfc_pn532"
path = "{path}"
[codes]
hosts = ["id.shop.example"]
[[codes.range]]
kind = "badge"
pattern = 'S-\\d{{4}}|uid:04bb.*'
"""
LINK = f"https://id.shop.example/01/{BOOT_GTIN}"


def uid(number: int, first: str = "04aa") -> bytes:
    return bytes.fromhex(first) + number.to_bytes(5)


class Till:
    def __init__(self, box: Box, chip: Pn532) -> None:
        self.box, self.chip, self.browser = box, chip, requests.Session()
        self.tag: Ntag | MifareClassic | None = None

    def sign_in(self) -> None:
        self.box.shop.scanned("till", Scan(reader="gun", symbology="code128", data=b"S-0001", at=0))
        assert self.post("pin", pin="4711").status_code == 200

    def post(self, path: str, **form: str) -> requests.Response:
        return self.browser.post(f"{self.box.url}/s/till/{path}", data=form, timeout=10)

    def lay(self, tag: Ntag | MifareClassic) -> None:
        self.chip.take()
        self.tag = tag
        self.chip.put(tag)

    def until(self, true: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not true():
            assert time.monotonic() < ends, f"not within 20 s: {self.box.shop.tagging.run('till')}"
            time.sleep(0.05)

    def is_written(self, count: int) -> bool:
        run = self.box.shop.tagging.run("till")
        return run is not None and run.written == count

    def is_refused(self, reason: str) -> bool:
        run = self.box.shop.tagging.run("till")
        return run is not None and run.reason == reason

    def says(self, words: str) -> bool:
        return words in self.browser.get(f"{self.box.url}/s/till", timeout=10).text


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with Pn532() as chip:
        settings = SETTINGS.format(key=KEY, path=chip.path)
        box = Box(parse(f"dir = {json.dumps(str(tmp_path))}\n" + settings))
        shelf = box.shop._shelf
        shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
        Roster(tmp_path / "staff.json").add("Mari", "S-0001", "4711")
        box.start()
        till = Till(box, chip)
        till.until(lambda: [reader.state for reader in box.readers("till")] == ["up"])
        till.sign_in()
        yield till
        box.stop()


def content(tag: Ntag) -> str:
    """What a phone reads on it: the NDEF message behind its header."""
    memory = bytes(tag.memory)
    start = memory.index(b"\xd1\x01")
    return tag_text(memory[start : memory.index(b"\xfe", start)])


def test_tag_after_tag_is_written_once_each_and_others_are_refused_in_words(till: Till) -> None:
    till.post("staff/tags", sku="BOOT-42")
    assert till.says("Lay a tag on the reader.")
    first, second = Ntag(213, b"", uid(1)), Ntag(213, b"", uid(2))
    till.lay(first)
    till.until(lambda: till.is_written(1))
    time.sleep(1.5)  # it still lies there
    assert till.is_written(1), "a tag counts once, however long it lies there"
    assert till.says("Written and read back")
    till.lay(second)
    till.until(lambda: till.is_written(2))
    assert (content(first), content(second)) == (LINK, LINK)
    till.lay(MifareClassic())
    till.until(lambda: till.is_refused("tag-foreign"))
    assert till.says("This is no tag for links.")
    badge = Ntag(213, b"", uid(3, "04bb"))
    till.lay(badge)
    till.until(lambda: till.is_refused("tag-given-out"))
    assert LINK[8:].encode() not in badge.memory, "a badge is never written on"
    assert till.is_written(2)
    assert isinstance(till.box.shop.screen("till"), Encode), "what lies there to be written on is no scan"


def test_a_locked_tag_keeps_what_it_holds(till: Till) -> None:
    till.post("staff/tags", sku="BOOT-42", lock="yes")
    tag = Ntag(213, b"", uid(1))
    till.lay(tag)
    till.until(lambda: till.is_written(1))
    before = bytes(tag.memory)
    till.chip.take()
    till.post("staff/tags", sku="BOOT-43")
    till.lay(Ntag(213, b"", uid(2)))
    till.until(lambda: till.is_written(1))
    till.lay(tag)
    till.until(lambda: till.is_refused("tag-locked"))
    assert till.says("This tag is locked")
    assert bytes(tag.memory) == before


def test_the_run_ends_with_its_screen_and_tags_are_scans_again(till: Till) -> None:
    till.post("staff/tags", sku="BOOT-43")
    till.post("staff/queue")
    till.until(lambda: till.box.shop.tagging.run("till") is None)
    tag = Ntag(213, b"\xd1\x01\x11U\x04" + f"x.example/01/{BOOT_GTIN}"[:16].encode(), uid(5))
    till.lay(tag)
    time.sleep(0.5)
    assert b"BOOT-43" not in tag.memory


def test_nobody_writes_without_signing_in(till: Till) -> None:
    till.post("sign-out")
    assert till.post("staff/tags", sku="BOOT-42").status_code == 422
    assert till.box.shop.tagging.run("till") is None


def test_a_station_without_such_a_reader_says_so(till: Till) -> None:
    till.box._readers.clear()
    till.post("staff/tags", sku="BOOT-42")
    assert till.says("no reader that writes tags")
    assert till.box.shop.screen("till") == Encode(sku="BOOT-42")
    till.post("show/article", sku="BOOT-42")
    assert till.box.shop.screen("till") == Article(sku="BOOT-42")
