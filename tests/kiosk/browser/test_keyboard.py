"""The keyboard on the screen: it forgets with the shopper, speaks their language, and leaves room for the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT, on, shows

SIZES = [("wall", 3840, 2160), ("wall", 2160, 3840), ("tablet", 1280, 800)]
PARTLY_HIDDEN = """([selector, low]) => [...document.querySelectorAll(selector)]
  .filter(part => part.checkVisibility())
  .map(part => part.getBoundingClientRect())
  .filter(box => box.bottom > document.querySelector(low).getBoundingClientRect().top + 1 || box.top < 0).length"""


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f"#keyboard [data-skbtn='{key}']").click()


def asks_for_mail(aurora: Aurora, page: Page, station: str = "tablet") -> None:
    aurora.shop.add_line(station, BOOT)
    page.goto(f"/s/{station}")
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()


def test_the_next_shopper_finds_no_trace_of_the_last_ones_address(aurora: Aurora, page: Page) -> None:
    asks_for_mail(aurora, page)
    press(page, "anna.tamm")
    page.locator("#keyboard [data-skbtn='{@gmail.com}']").click()
    page.locator("#keyboard .hg-button-enter").click()
    shows(page, "sent")
    on(page, "done")
    shows(page, "attract")
    expect(page.locator("#keyboard .hg-button")).to_have_count(0)
    asks_for_mail(aurora, page)
    expect(page.locator("#keyboard .hg-button").first).to_be_visible()
    expect(page.locator(".hg-activeButton")).to_have_count(0)
    left = page.content() + str(page.evaluate("[...document.querySelectorAll('input')].map(field => field.value)"))
    assert "anna" not in left
    assert "tamm" not in left
    kept = "Object.values(window.SimpleKeyboardInstances).map(one => Object.values(one.input).join(''))"
    assert page.evaluate(kept) == [""]


def test_a_pressed_key_is_marked_only_while_it_is_pressed(aurora: Aurora, page: Page) -> None:
    asks_for_mail(aurora, page)
    page.locator("#keyboard [data-skbtn='a'] span").hover(force=True)
    page.mouse.down()
    expect(page.locator("#keyboard button.hg-activeButton")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".hg-activeButton")).to_have_count(0)


def test_a_keyboard_that_was_closed_comes_back_with_a_touch_on_the_field(aurora: Aurora, page: Page) -> None:
    asks_for_mail(aurora, page)
    press(page, "anna")
    page.locator("#keyboard .hg-button-close").click()
    expect(page.locator("#keyboard")).to_be_hidden()
    on(page, "mail-input")
    press(page, "b")
    expect(page.locator("[data-test='mail-input']")).to_have_value("annab")


@pytest.mark.parametrize(("language", "letter", "domain"), [("de", "ß", "gmx.de"), ("es", "ñ", "hotmail.es")])
def test_the_keyboard_follows_the_language(aurora: Aurora, page: Page, language: str, letter: str, domain: str) -> None:
    asks_for_mail(aurora, page)
    press(page, "anna")
    on(page, f"language-{language}")
    expect(page.locator(f"#keyboard [data-skbtn='{{@{domain}}}']")).to_be_visible()
    expect(page.locator("[data-test='mail-input']")).to_have_value("anna")
    page.keyboard.press("Escape")
    page.request.post("/s/tablet/show/browse")
    shows(page, "browse")
    on(page, "search-input")
    expect(page.locator(f"#keyboard [data-skbtn='{letter}']")).to_be_visible()
    on(page, "language-en")
    expect(page.locator(f"#keyboard [data-skbtn='{letter}']")).to_have_count(0)
    expect(page.locator("[data-test='search-input']")).to_have_attribute("placeholder", "What are you looking for?")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("station", "width", "height"), SIZES)
def test_what_matters_is_seen_above_the_keyboard(
    aurora: Aurora, page: Page, station: str, width: int, height: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    aurora.shop.set_language(station, language)
    asks_for_mail(aurora, page, station)
    assert page.evaluate(PARTLY_HIDDEN, [".ask h1, .ask input, .parcel, .parcel *", "#keyboard"]) == 0
    page.keyboard.press("Escape")
    page.request.post(f"/s/{station}/show/browse")
    on(page, "search-input")
    page.keyboard.type("lamp")
    expect(page.locator("h1")).to_contain_text("lamp")
    first = ".card:nth-child(-n+3) :is(.name, .price)"
    assert page.evaluate(PARTLY_HIDDEN, [first, ".finder"]) == 0


def test_a_refused_address_is_told_once_at_its_field(aurora: Aurora, page: Page) -> None:
    asks_for_mail(aurora, page)
    on(page, "send-now")
    expect(page.locator("[data-test='mail-error']")).to_be_visible()
    expect(page.locator("[role='alert']")).to_have_count(1)
    expect(page.locator("[data-test='mail-input']")).to_have_attribute("aria-describedby", "mail-error")
