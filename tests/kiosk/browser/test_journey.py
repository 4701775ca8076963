"""A shopper before a real screen, from the first touch to the sent basket."""

import base64
import time

from playwright.sync_api import Page, expect

from hardware.scan import Scan
from sync.codec import unseal
from tests.kiosk.aurora import Aurora

BOOT = "RANNIK-AMBER-42"
BOOT_EAN = b"9506000100043"


def scan(aurora: Aurora, data: bytes, station: str = "tablet") -> None:
    aurora.shop.scanned(station, Scan(reader="gun", symbology="ean13", data=data, at=time.time()))


def on(page: Page, test: str) -> None:
    page.locator(f"[data-test='{test}']").first.click()


def shows(page: Page, screen: str) -> None:
    expect(page.locator(f"#stage > [data-screen='{screen}']")).to_be_visible()


def test_a_scan_appears_on_its_station_and_on_no_other(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    other = page.context.new_page()
    other.goto("/s/wall")
    scan(aurora, BOOT_EAN)
    expect(page.locator(f"[data-screen='article'][data-sku='{BOOT}']")).to_be_visible()
    shows(other, "attract")


def test_a_scanned_article_is_added_in_another_size_and_the_basket_sent(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    scan(aurora, BOOT_EAN)
    page.locator("[data-size='43']").click()
    expect(page.locator("[data-sku='RANNIK-AMBER-43']")).to_be_visible()
    on(page, "add")
    expect(page.locator("[data-test='added']")).to_be_visible()
    on(page, "basket")
    shows(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    for key in "anna.tamm":
        page.locator(f"#keyboard [data-skbtn='{key}']").click()
    page.locator("#keyboard [data-skbtn='{@gmail.com}']").click()
    expect(page.locator("[data-test='mail-input']")).to_have_value("anna.tamm@gmail.com")
    on(page, "consent-marketing")
    page.locator("#keyboard .hg-button-enter").click()
    shows(page, "sent")
    expect(page.locator("[data-test='sent-later']")).to_be_visible()
    (sent,) = aurora.bodies("BasketSent")
    assert '"purpose":"marketing","granted":true' in sent
    assert '"purpose":"profiling","granted":false' in sent
    assert "anna" not in sent


def test_the_address_reaches_hq_sealed_only(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    aurora.shop.add_line("tablet", BOOT)
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    page.keyboard.type("anna@example.ee")
    on(page, "send-now")
    shows(page, "sent")
    (blob,) = aurora.blobs()
    assert b'"mail":"anna@example.ee"' in unseal(aurora.seal_key, blob)


def test_a_mistyped_domain_is_asked_about_and_mended_with_one_touch(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    page.keyboard.type("anna@gmial.com")
    page.locator("[data-test='mail-hint']").click()
    expect(page.locator("[data-test='mail-input']")).to_have_value("anna@gmail.com")
    expect(page.locator("#mail-hint")).to_be_hidden()


def test_an_address_without_a_domain_is_refused_and_stays_as_typed(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    page.keyboard.type("anna@")
    on(page, "consent-marketing")
    page.keyboard.press("Escape")
    on(page, "send-now")
    expect(page.locator("[data-test='mail-error']")).to_be_visible()
    expect(page.locator("[data-test='mail-input']")).to_have_value("anna@")
    expect(page.locator("[data-test='consent-marketing']")).to_be_checked()


def test_a_web_only_article_is_found_by_typing_and_can_only_be_sent_home(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    on(page, "begin")
    on(page, "search")
    expect(page.locator("[data-test='search-input']")).to_be_focused()
    for key in "sofa":
        page.locator(f"#keyboard [data-skbtn='{key}']").click()
    card = page.locator("[data-test='card']").filter(has_text="Rahu")
    expect(card).to_contain_text("Web only")
    expect(page.locator("[data-test='search-input']")).to_have_value("sofa")
    card.click()
    shows(page, "article")
    assert page.locator("[name='fulfilment']").evaluate_all("ways => ways.map(way => way.value)") == ["ship"]
    on(page, "add")
    expect(page.locator("[data-test='added']")).to_be_visible()
    assert aurora.shop.basket("tablet").lines[0].fulfilment == "ship"


def test_words_sent_off_are_remembered_as_a_search(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    on(page, "begin")
    on(page, "search")
    expect(page.locator("[data-test='search-input']")).to_be_focused()
    page.keyboard.type("boot")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("boot")
    page.wait_for_timeout(100)
    assert aurora.kinds().count("ProductsSearched") == 1


def test_the_basket_mixes_ways_and_changes_line_by_line(aurora: Aurora, page: Page) -> None:
    for sku, way in ((BOOT, "take"), ("ARATUS-SEA", "ship")):
        aurora.shop.add_line("tablet", sku, 1, way)  # type: ignore[arg-type]
    page.goto("/s/tablet")
    on(page, "basket")
    expect(page.locator("[data-test='total']")).to_have_text("€226.90")
    line = page.locator(f"[data-line='{BOOT}']")
    line.locator("[data-test='more']").click()
    expect(page.locator("[data-test='total']")).to_have_text("€416.85")
    line.locator("[data-test='way-collect']").click()
    expect(line.locator("[data-test='way-collect']")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-line='ARATUS-SEA'] [data-test='remove']").click()
    expect(page.locator("[data-line]")).to_have_count(1)
    (left,) = aurora.shop.basket("tablet").lines
    assert (left.item.sku, left.quantity, left.fulfilment) == (BOOT, 2, "collect")


def test_an_unknown_code_is_said_kindly_and_leads_to_the_search(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    scan(aurora, b"4006381333931")
    shows(page, "unknown")
    expect(page.locator("[data-test='code']")).to_have_text("4006381333931")
    page.locator("#unknown-search").click()
    expect(page.locator("[data-test='search-input']")).to_be_focused()


def test_a_new_price_reaches_the_open_screen_without_a_reload(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    scan(aurora, BOOT_EAN)
    expect(page.locator("[data-price]")).to_have_text("€189.95")
    page.evaluate("window.still = true")
    aurora.publish(cheaper=1000)
    expect(page.locator("[data-price].changed")).to_have_text("€179.95")
    assert page.evaluate("window.still")


def test_the_painted_event_names_the_article(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    page.evaluate(
        """document.addEventListener("tote:painted", event => {
          document.documentElement.dataset.painted = event.detail.sku
        })"""
    )
    scan(aurora, BOOT_EAN)
    expect(page.locator("html")).to_have_attribute("data-painted", BOOT)


def test_every_screen_speaks_the_language_that_was_touched(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    on(page, "language-de")
    expect(page.locator("h1")).to_have_text("Alle Artikel")
    scan(aurora, BOOT_EAN)
    expect(page.locator("[data-test='add']")).to_have_text("In den Warenkorb")
    expect(page.locator("[data-price]")).to_contain_text("189,95")
    assert page.evaluate("document.documentElement.lang") == "de"
    on(page, "language-et")
    expect(page.locator("[data-test='add']")).to_have_text("Lisa ostukorvi")


def test_the_keyboard_alone_is_enough(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    scan(aurora, BOOT_EAN)
    page.locator("[data-test='add']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-test='added']")).to_be_visible()
    page.locator("#go-basket").focus()
    page.keyboard.press("Space")
    shows(page, "basket")


def test_a_scan_posted_by_another_device_is_shown(aurora: Aurora, page: Page, box: str) -> None:
    page.goto("/s/tablet")
    data = {"symbology": "ean13", "data": base64.b64encode(BOOT_EAN).decode(), "reader": "phone"}
    answer = page.request.post(f"{box}/s/tablet/scan", data=data)
    assert answer.json() == {"screen": "article", "sku": BOOT}
    expect(page.locator(f"[data-sku='{BOOT}']")).to_be_visible()


def test_done_forgets_everything_for_the_next_shopper(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    scan(aurora, BOOT_EAN)
    on(page, "add")
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    page.keyboard.type("anna@gmail.com")
    page.keyboard.press("Escape")
    on(page, "done")
    shows(page, "attract")
    left = page.content() + str(page.evaluate("[...document.querySelectorAll('input')].map(field => field.value)"))
    assert "anna" not in left
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.go_back()
    page.go_forward()
    shows(page, "attract")
    scan(aurora, BOOT_EAN)
    expect(page.locator("[data-test='basket'] .count")).to_have_attribute("data-count", "0")
    on(page, "basket")
    expect(page.locator("[data-line]")).to_have_count(0)
