"""Pairing as people do it: staff shows a code, somebody types it at the screen, staff takes it back."""

from playwright.sync_api import Page, expect

from kiosk.pairing import COOKIE
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_axe import signed_in


def test_staff_shows_a_code_the_screen_takes_it_and_staff_takes_it_back(aurora: Aurora, page: Page) -> None:
    signed_in(aurora, page)
    page.get_by_test_id("go-screens").click()
    page.get_by_test_id("offer-tablet").click()
    code = page.get_by_test_id("offered").inner_text()
    aurora.shop.pairing.required = True
    page.goto("/s/tablet")
    page.get_by_test_id("pair-code").fill("2222-2222")
    page.get_by_test_id("pair").click()
    expect(page.get_by_test_id("pair-refused")).to_be_visible()
    page.get_by_test_id("pair-code").fill(code)
    page.get_by_test_id("pair").click()
    expect(page.locator('[data-screen="attract"]')).to_be_visible()
    assert COOKIE not in page.evaluate("() => document.cookie")
    aurora.shop.pairing.required = False  # the staff's own browser was never paired
    page.goto("/s/staff/screens")
    page.get_by_test_id("revoke").click()
    expect(page.get_by_test_id("revoke")).to_have_count(0)
    aurora.shop.pairing.required = True
    page.goto("/s/tablet")
    expect(page.get_by_test_id("pair-code")).to_be_visible()
