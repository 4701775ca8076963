"""A sold-out size can be touched: being told when it is back, the nearest store that has it, having it sent home."""

import msgspec
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from edge.domain.events import BackInStockAsked
from edge.shop import Article, Browse
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT, on

GONE, ELSEWHERE = "RANNIK-AMBER-44", "RANNIK-AMBER-40"
WORDS = {
    "en": ("Size 44 is sold out here", "You write to me once", "We will write to you when it is back."),
    "de": ("Größe 44 ist hier ausverkauft", "Ihr schreibt mir einmal", "Wir schreiben dir, wenn es wieder da ist."),
}


@pytest.mark.parametrize("language", WORDS)
def test_whoever_wants_to_be_told_is_asked_for_one_address_and_nothing_else(
    aurora: Aurora, page: Page, language: str
) -> None:
    title, promise, told = WORDS[language]
    aurora.shop.set_language("tablet", language)
    aurora.shop.show("tablet", Article(sku=BOOT))
    page.goto("/s/tablet")
    on(page, "size-44")
    expect(page.locator("#missing-title")).to_have_text(title)
    expect(page.locator("#missing-title")).to_be_focused()
    on(page, "tell-me")
    expect(page.get_by_test_id("mail-input")).to_be_focused()
    expect(page.get_by_test_id("promise")).to_contain_text(promise)
    page.get_by_test_id("mail-input").fill("anna@post.example")
    on(page, "tell-now")
    expect(page.get_by_test_id("will-tell")).to_contain_text(told)
    (body,) = aurora.bodies("BackInStockAsked")
    asked = msgspec.json.decode(body, type=BackInStockAsked)
    assert (asked.item.sku, asked.channel, asked.language) == (GONE, "mail", language)
    assert (asked.consent.purpose, asked.consent.granted) == ("back-in-stock", True)
    assert asked.consent.words.startswith(promise)
    assert "anna" not in body


def test_the_sheet_names_the_nearest_store_with_its_hours_and_the_age_of_the_figure(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Article(sku=BOOT))
    page.goto("/s/tablet")
    on(page, "size-40")
    nearest = page.locator("[data-test='missing'] [data-test='nearest']")
    expect(nearest).to_contain_text("Aurora Pärnu, 118 km")
    expect(nearest).to_contain_text("Mon–Fri 10:00–19:00")
    expect(nearest).to_contain_text("ago")


def test_it_is_sent_home_at_one_touch(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Article(sku=ELSEWHERE, sheet=True))
    page.goto("/s/tablet")
    on(page, "send-home")
    expect(page.get_by_test_id("added")).to_be_visible()
    expect(page.get_by_test_id("missing")).to_have_count(0)
    (line,) = aurora.shop.basket("tablet").lines
    assert (line.item.sku, line.fulfilment) == (ELSEWHERE, "ship")


def test_escape_and_a_touch_beside_it_close_the_sheet(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Article(sku=GONE))
    page.goto("/s/tablet")
    on(page, "whatnow")
    expect(page.get_by_test_id("missing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("missing")).to_have_count(0)
    on(page, "whatnow")
    page.locator("[data-sheet]").click(position={"x": 20, "y": 20})
    expect(page.get_by_test_id("missing")).to_have_count(0)


def test_what_is_here_has_no_sheet(aurora: Aurora, client: FlaskClient) -> None:
    assert 'data-test="missing"' not in client.post("/s/tablet/show/article", data={"sku": BOOT, "sheet": "yes"}).text


def test_a_card_leads_to_the_size_that_was_chosen_on_this_visit(aurora: Aurora, client: FlaskClient) -> None:
    client.post("/s/tablet/size", data={"sku": "RANNIK-AMBER-43", "size": "43"})
    aurora.shop.show("tablet", Browse())
    client.post("/s/tablet/show/article", data={"sku": BOOT, "size": "theirs"})
    assert aurora.shop.screen("tablet") == Article(sku="RANNIK-AMBER-43")
    client.post("/s/tablet/show/article", data={"sku": BOOT})
    assert aurora.shop.screen("tablet") == Article(sku=BOOT), "who names an article gets that one"
    client.post("/s/tablet/done")
    client.post("/s/tablet/show/article", data={"sku": BOOT, "size": "theirs"})
    assert aurora.shop.screen("tablet") == Article(sku=BOOT), "the next shopper's size is their own"
