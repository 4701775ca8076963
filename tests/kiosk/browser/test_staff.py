"""What staff does with an article on the tablet, in two languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hardware.scan import Scan
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
