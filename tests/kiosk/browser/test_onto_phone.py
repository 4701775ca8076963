"""The code on the send screen: whole, sharp, and read by what phones read with, at every size."""

import cv2
import numpy
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from edge.codes.shared_basket import MOST_LINES, read
from edge.shop import Send
from sync.codec import verify_key_of
from tests.kiosk.aurora import LANGUAGES, SIGNING_SEED, Aurora
from tests.kiosk.browser.test_journey import on

SIZES = [("wall", 2160, 3840), ("wall", 3840, 2160), ("tablet", 1280, 800), ("tablet", 800, 1280)]
INSIDE = """() => {
  const code = document.querySelector("[data-test='qr']").getBoundingClientRect();
  const body = document.querySelector(".body").getBoundingClientRect();
  return code.top >= body.top && code.bottom <= body.bottom && code.left >= 0 && code.right <= innerWidth;
}"""


def read_from(page: Page) -> list[str]:
    pixels = cv2.imdecode(numpy.frombuffer(page.screenshot(), numpy.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def fill(aurora: Aurora, station: str, lines: int) -> None:
    catalogue = aurora.shop.catalogue
    for product in catalogue.products(limit=lines):
        aurora.shop.add_line(station, catalogue.variants(product.id)[0].sku)


@pytest.mark.parametrize(("station", "width", "height"), SIZES)
@pytest.mark.parametrize("lines", [1, MOST_LINES])
def test_the_code_can_be_read_at_rest_and_while_somebody_types(
    aurora: Aurora, page: Page, station: str, width: int, height: int, lines: int
) -> None:
    fill(aurora, station, lines)
    aurora.shop.show(station, Send())
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/s/{station}")
    expect(page.locator("[data-test='qr']")).to_be_visible()
    screen = aurora.shop.screen(station)
    assert isinstance(screen, Send)
    assert read_from(page) == [screen.code]
    on(page, "mail-input")
    page.locator("#keyboard").wait_for()
    page.wait_for_timeout(400)
    assert page.evaluate(INSIDE)
    assert read_from(page) == [screen.code]
    signed = read(screen.code.rpartition("/")[2])
    assert signed.is_by(verify_key_of(SIGNING_SEED))
    assert len(signed.basket.lines) == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_basket_of_26_articles_says_that_it_is_too_large_and_goes_by_mail(
    aurora: Aurora, page: Page, language: str
) -> None:
    fill(aurora, "tablet", MOST_LINES + 1)
    aurora.shop.set_language("tablet", language)
    aurora.shop.show("tablet", Send())
    page.goto("/s/tablet")
    expect(page.locator("[data-test='qr-too-large']")).to_be_visible()
    expect(page.locator("[data-test='qr']")).to_have_count(0)
    expect(page.locator("[data-test='send-now']")).to_be_visible()


def test_a_screen_reader_is_told_what_the_code_is(aurora: Aurora, page: Page) -> None:
    fill(aurora, "tablet", 1)
    aurora.shop.show("tablet", Send())
    page.goto("/s/tablet")
    expect(page.get_by_role("img", name="QR code that holds your basket")).to_be_visible()


def test_another_language_shows_the_same_code_and_records_nothing(aurora: Aurora, page: Page) -> None:
    fill(aurora, "tablet", 2)
    aurora.shop.show("tablet", Send())
    page.goto("/s/tablet")
    before, kinds = aurora.shop.screen("tablet"), aurora.kinds()
    page.locator(".languages button", has_text="DE").click()
    expect(page.get_by_role("heading", name="Direkt auf dein Handy")).to_be_visible()
    assert aurora.shop.screen("tablet") == before
    assert aurora.kinds() == kinds
    assert aurora.kinds().count("BasketShared") == 1
