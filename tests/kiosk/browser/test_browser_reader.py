"""The page as a reader of its station: up, again and again, down; and tags held to the tablet itself.

Web NFC does not exist in Chromium on Linux: a stub stands in for `NDEFReader`, the rest is real.
"""

import ndef
import pytest
from playwright.sync_api import Page, expect

from edge.shop.stations import Alone
from hardware.health import ReaderHealth
from hardware.remote import RemoteReader, remote
from hardware.scan import ReaderEvent
from tests.hardware.rigs import Recorder
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT

LINK = "https://id.aurora.example/01/09506000100043"


class Outside(Alone):
    """A box with the page's reader "cam" at one station."""

    def __init__(self, station: str) -> None:
        self.recorder, self._station = Recorder(), station
        self.reader: RemoteReader = remote("cam", "browser", {}, self.recorder)

    def readers(self, station: str | None = None) -> list[ReaderHealth]:
        return [self.reader.health] if station in (None, self._station) else []

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        if (station, event.reader) != (self._station, "cam"):
            return False
        self.reader.hear(event, source)
        return True


@pytest.fixture(params=["tablet", "wall"])
def station(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def outside(aurora: Aurora, station: str) -> Outside:
    aurora.shop.outside = outside = Outside(station)
    return outside


def test_a_page_is_up_while_it_is_open(outside: Outside, page: Page, station: str) -> None:
    page.goto(f"/s/{station}")
    outside.recorder.wait_for("up")
    expect(page.locator("[data-camera]")).to_be_visible()
    page.goto("about:blank")
    error = outside.recorder.wait_for("down").error  # Chromium may hide a page before it leaves it
    assert "open the station’s page on its tablet" in error or "bring it to the front" in error
    page.goto(f"/s/{station}")
    outside.recorder.wait_for("up", 2)


@pytest.mark.parametrize("station", ["tablet"])
def test_a_page_loaded_anew_is_up_in_the_end_and_says_of_itself_no_reader_rests(
    outside: Outside, page: Page, station: str
) -> None:
    page.goto("/s/tablet")
    outside.recorder.wait_for("up")
    for _ in range(3):
        page.reload()
        expect(page.get_by_test_id("reader-down")).to_have_count(0)
    page.wait_for_timeout(500)
    assert outside.reader.health.state == "up"


@pytest.mark.parametrize("station", ["tablet"])
def test_a_page_out_of_sight_is_down(outside: Outside, page: Page, station: str) -> None:
    page.goto("/s/tablet")
    outside.recorder.wait_for("up")
    for hidden in ("true", "false"):
        page.evaluate(f"Object.defineProperty(document, 'hidden', {{value: {hidden}, configurable: true}})")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        outside.recorder.wait_for("down" if hidden == "true" else "up", 1 if hidden == "true" else 2)


@pytest.mark.parametrize("station", ["tablet"])
def test_a_page_says_again_that_it_is_there(outside: Outside, page: Page, station: str) -> None:
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url) if request.url.endswith("/reader") else None)
    page.goto("/s/tablet")
    page.wait_for_timeout(7000)
    assert 2 <= len(said) <= 4


def test_a_page_that_nobody_configured_says_nothing(page: Page) -> None:
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url) if request.url.endswith("/reader") else None)
    page.goto("/s/tablet")
    page.wait_for_timeout(500)
    page.goto("about:blank")
    assert said == []


NDEF = """
window.NDEFReader = class extends EventTarget {
  async scan() { window.tags = this; }
};
window.tap = (serialNumber, records) => {
  const octets = (text) => (text === undefined ? null : new DataView(new TextEncoder().encode(text).buffer));
  const coded = records.map(({ text, ...record }) => ({ ...record, data: octets(text) }));
  window.tags.dispatchEvent(Object.assign(new Event("reading"), { serialNumber, message: { records: coded } }));
};
"""


def tap(page: Page, *records: dict[str, str], uid: str = "04:a1:b2") -> None:
    page.evaluate("([uid, records]) => window.tap(uid, records)", [uid, list(records)])


@pytest.fixture
def tags(aurora: Aurora, page: Page) -> Recorder:
    """The tablet's page with Web NFC, the first touch made."""
    aurora.shop.outside = outside = Outside("tablet")
    page.add_init_script(NDEF)
    page.goto("/s/tablet")
    assert page.evaluate("window.tags === undefined")
    page.get_by_test_id("begin").click()
    return outside.recorder


def test_a_link_on_a_tag_comes_as_the_message_it_was(tags: Recorder, page: Page) -> None:
    tap(page, {"recordType": "url", "text": LINK})
    scan = tags.wait_for("scan").scan
    assert scan is not None
    assert (scan.symbology, scan.uid) == ("ndef", b"\x04\xa1\xb2")
    assert scan.data == b"\xd1\x01" + bytes([len(LINK) + 1]) + b"U\x00" + LINK.encode()


def test_several_records_and_a_long_one_make_one_message(tags: Recorder, page: Page) -> None:
    long = "https://a.example/" + "x" * 400
    tap(
        page,
        {"recordType": "text", "text": "Tere", "lang": "et", "encoding": "utf-8"},
        {"recordType": "url", "text": long},
    )
    scan = tags.wait_for("scan").scan
    assert scan is not None
    text, link = ndef.message_decoder(scan.data)
    assert (text.text, text.language, link.iri) == ("Tere", "et", long)


def test_a_tag_that_is_held_counts_once_and_again_after_a_second(tags: Recorder, page: Page) -> None:
    for _ in range(3):
        tap(page, {"recordType": "url", "text": LINK})
    tags.wait_for("scan")
    page.wait_for_timeout(1200)
    assert len(tags.of("scan")) == 1
    tap(page, {"recordType": "url", "text": LINK})
    tags.wait_for("scan", 2)


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([], "tag-empty"),
        ([{"recordType": "empty"}], "tag-empty"),
        ([{"recordType": "mime", "text": "x"}], "tag-foreign"),
    ],
)
def test_a_tag_without_address_or_text_is_said_to_be_so(
    tags: Recorder, page: Page, records: list[dict[str, str]], reason: str
) -> None:
    tap(page, *records)
    assert tags.wait_for("partial").reason == reason


def test_a_damaged_tag_is_said_to_be_so(tags: Recorder, page: Page) -> None:
    page.evaluate("window.tags.dispatchEvent(new Event('readingerror'))")
    assert tags.wait_for("partial").reason == "tag-damaged"


def test_a_tag_leads_to_its_article(aurora: Aurora, page: Page) -> None:
    page.add_init_script(NDEF)
    page.goto("/s/tablet")
    page.get_by_test_id("begin").click()
    expect(page.locator(".screen[data-visit]")).to_be_attached()
    tap(page, {"recordType": "url", "text": LINK})
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
