"""What staff does with an article on the tablet, in two languages."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from edge.shop import Article
from edge.shop.stations import Alone
from hardware.errors import TagError
from hardware.scan import Scan
from hardware.tags.writing import Written
from tests.kiosk.aurora import PIN, Aurora
from tests.kiosk.browser.test_journey import BOOT

EAN = b"9506000100043"


@pytest.fixture
def signed_in(aurora: Aurora, page: Page) -> Callable[[str], None]:
    def sign_in(language: str) -> None:
        aurora.shop.set_language("staff", language)
        aurora.hire()
        aurora.hold_up()
        page.goto("/s/staff")
        page.get_by_test_id("pin-input").fill(PIN)
        page.get_by_test_id("pin-go").click()
        page.get_by_test_id("queue").wait_for()

    return sign_in


@pytest.mark.parametrize(("language", "damaged"), [("en", "Damaged"), ("et", "Rikutud")])
def test_a_shelf_is_counted_by_scanning_and_typing(
    aurora: Aurora, page: Page, signed_in: Callable[[str], None], language: str, damaged: str
) -> None:
    signed_in(language)
    page.get_by_test_id("go-count").click()
    page.get_by_test_id("tally-count").wait_for()
    for expected in ("1", "2"):
        aurora.shop.scanned("staff", Scan(reader="gun", symbology="ean13", data=EAN, at=0))
        expect(page.get_by_test_id("pieces")).to_have_value(expected)
    page.get_by_test_id("pieces").click()
    page.locator('#keyboard [data-skbtn="1"]').click()
    expect(page.get_by_test_id("pieces")).to_have_value("1")
    page.get_by_role("button", name=damaged).click()  # what was typed counts though nobody confirmed it
    expect(page.get_by_test_id("becomes")).to_contain_text("4")
    page.get_by_test_id("save-count").click()
    expect(page.locator(f'[data-tally="{BOOT}"]')).to_have_count(0)
    assert [count.quantity for count in aurora.shop.stock(BOOT) if count.store == "aurora-tallinn"] == [4]


@pytest.mark.parametrize(("language", "sheet"), [("en", "A4 sheet, 21 labels"), ("de", "A4-Bogen, 21 Etiketten")])
def test_labels_come_as_a_file_for_the_paper_that_is_there(
    aurora: Aurora, page: Page, signed_in: Callable[[str], None], language: str, sheet: str
) -> None:
    signed_in(language)
    aurora.shop.show("staff", Article(sku=BOOT))
    page.get_by_test_id("do-label").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=sheet).click()
    assert download.value.suggested_filename == "labels-a4-21.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")


class Pad(Alone):
    """A reader that takes the first tag, and finds the next one locked."""

    def __init__(self) -> None:
        self.laid = iter([Written(uid=b"one", bytes_used=40, locked=False)])

    def writers(self, station: str) -> list[str]:
        return ["pad"]

    def write_tag(self, reader: str, message: bytes, **how: object) -> Written:
        time.sleep(0.5)
        for tag in self.laid:
            return tag
        raise TagError("tag-locked", "take another one")


@pytest.mark.parametrize(
    ("language", "locked"), [("en", "This tag is locked"), ("es", "Esta etiqueta NFC está bloqueada")]
)
def test_tags_are_written_in_a_run_and_refused_in_words(
    aurora: Aurora, page: Page, signed_in: Callable[[str], None], language: str, locked: str
) -> None:
    signed_in(language)
    aurora.shop.outside = Pad()
    aurora.shop.show("staff", Article(sku=BOOT))
    page.get_by_test_id("do-tags").click()
    expect(page.get_by_test_id("told")).to_contain_text(locked)
    expect(page.get_by_test_id("tags-written")).to_have_text("1")
    page.get_by_test_id("lock").click()
    expect(page.get_by_test_id("lock")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("encode-back").click()
    expect(page.get_by_test_id("staff-article")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de", "es", "et"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (390, 844)])
def test_every_way_of_the_head_and_the_dock_lies_on_the_screen(
    aurora: Aurora, page: Page, signed_in: Callable[[str], None], language: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    signed_in(language)
    aurora.shop.add_line("staff", BOOT)
    page.locator("#go-basket").wait_for()
    ways = page.locator(".top :is(a, button, summary):visible, .dock .go:visible")
    for box in ways.evaluate_all("all => all.map(one => one.getBoundingClientRect())"):
        assert box["left"] >= 0 and box["right"] <= width, box
