"""A single-use code at a tablet and in the hands of staff."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from edge.catalogue import Version
from edge.domain import coupon
from edge.domain.coupon import Issued, Terms, Told
from edge.domain.directives import LearnOfCoupon
from edge.shop import BasketScreen, Gather, Queue
from tests.edge.shop.test_directives import say
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT
from tests.kiosk.browser.test_staff import signed_in

CODE = coupon.code(0x5A5A5A5A5A5A5A5A5A)
__all__ = ["signed_in"]


@pytest.fixture(autouse=True)
def told(aurora: Aurora) -> None:
    issued = Issued(name=coupon.name_of(CODE, b""), campaign="spring", until=0)
    terms = Terms(campaign="spring", percent=10)
    aurora.shop.campaigns.take([Told(terms=terms), Told(code=issued)], Version(1, 1))
    aurora.shop.add_line("tablet", BOOT, fulfilment="collect")


def test_a_code_is_typed_and_takes_something_off(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", BasketScreen())
    page.goto("/s/tablet")
    before = page.get_by_test_id("total").inner_text()
    page.get_by_test_id("coupon-code").click()
    page.locator('#keyboard [data-skbtn="7"]').wait_for()
    page.get_by_test_id("coupon-code").fill(CODE[:15] + "U")
    page.get_by_test_id("coupon-code").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("sixteen")
    page.get_by_test_id("coupon-code").fill(coupon.spelled(CODE))
    page.get_by_test_id("coupon-code").press("Enter")
    expect(page.get_by_test_id("off")).to_be_visible()
    assert page.get_by_test_id("total").inner_text() != before
    page.get_by_test_id("coupon-out").click()
    expect(page.get_by_test_id("total")).to_have_text(before)


def test_staff_sees_what_the_till_scans_and_what_hq_says(
    aurora: Aurora, page: Page, signed_in: Callable[[str], None]
) -> None:
    aurora.shop.redeem("tablet", CODE)
    basket = aurora.shop.basket("tablet").id
    aurora.shop.send_basket("tablet", "sarah@example.com", ())
    signed_in("en")
    session = aurora.shop.staff.at("staff")
    assert session
    aurora.shop.gathering.gather(session, basket, BOOT, 1)
    aurora.shop.show("staff", Gather(basket=basket))
    expect(page.get_by_label("Barcode of the shopper’s code")).to_be_visible()
    found = aurora.shop.couponing.of(basket)
    assert found
    again = LearnOfCoupon(use=found.use.id, word="again", store="aurora-tartu", at=1_790_000_000_000)
    say(aurora.shop, again, at=(1, 1), since=(0, 0))
    expect(page.get_by_test_id("coupon-says")).to_contain_text("was used before, at Aurora Tartu")
    expect(page.get_by_test_id("off")).to_have_count(0)
    aurora.shop.show("staff", Queue())
    expect(page.get_by_test_id("coupon-trouble")).to_contain_text("Aurora Tartu")
    page.get_by_test_id("coupon-seen").click()
    expect(page.get_by_test_id("coupon-trouble")).to_have_count(0)
