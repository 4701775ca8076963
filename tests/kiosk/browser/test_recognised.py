"""A known shopper before a real screen: greeted, followed from screen to screen, never mixed up with another."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from edge.shop.stations import Alone
from tests.kiosk.asked import BOOT, Hq, boot, card
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_axe import AXE, TAGS
from tests.kiosk.browser.test_journey import on, shows
from tests.kiosk.browser.test_screen_and_box import Readers
from tests.kiosk.pages.test_recognised import OTHER, SARAH


@pytest.fixture
def hq(aurora: Aurora) -> Iterator[Hq]:
    hq = Hq(aurora)
    hq.told["profile"] = SARAH
    hq.answers.set()
    yield hq
    aurora.shop.stop()


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("en", "Welcome back, S."), ("de", "Willkommen zurück, S."), ("et", "Tere tulemast tagasi, S.")],
)
def test_a_card_is_greeted_and_its_basket_taken_over_with_one_touch(
    aurora: Aurora, hq: Hq, page: Page, language: str, greeting: str
) -> None:
    aurora.shop.set_language("tablet", language)
    page.goto("/s/tablet")
    card(aurora)
    expect(page.locator("h1")).to_have_text(greeting)
    if AXE.exists():
        page.emulate_media(reduced_motion="reduce")
        page.wait_for_timeout(150)
        page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe")
        found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]] == []
    on(page, "take-over")
    expect(page.locator(f"[data-line='{BOOT}']")).to_be_visible()
    on(page, "me")
    expect(page.get_by_test_id("points")).to_be_visible()
    expect(page.get_by_test_id("waits")).to_have_count(0)


def test_the_same_card_at_the_wall_brings_the_visit_and_leaves_nothing_behind(
    aurora: Aurora, hq: Hq, page: Page
) -> None:
    page.goto("/s/tablet")
    boot(aurora)
    card(aurora)
    expect(page.get_by_test_id("me")).to_have_text("S")
    aurora.shop.add_line("tablet", BOOT)
    wall = page.context.new_page()
    wall.goto("/s/wall")
    shows(wall, "attract")
    card(aurora, "wall")
    expect(wall.locator(f"[data-sku='{BOOT}']")).to_be_visible()
    expect(wall.get_by_test_id("basket").locator(".count")).to_have_attribute("data-count", "1")
    shows(page, "attract")
    assert "1,420" not in wall.content() and "1,420" not in page.content()


def test_another_card_at_an_open_basket_is_asked_before_anything_else_happens(
    aurora: Aurora, hq: Hq, page: Page
) -> None:
    page.goto("/s/tablet")
    card(aurora)
    aurora.shop.add_line("tablet", BOOT)
    card(aurora, number=OTHER)
    shows(page, "whose")
    on(page, "whose-own")
    shows(page, "welcome")
    expect(page.get_by_test_id("basket").locator(".count")).to_have_attribute("data-count", "0")


def test_a_reader_that_is_down_offers_the_keyboard_and_the_camera(aurora: Aurora, page: Page) -> None:
    aurora.shop.outside = readers = Readers()
    assert isinstance(readers, Alone)
    readers.state = "down"
    page.goto("/s/tablet")
    expect(page.get_by_test_id("reader-camera")).to_be_visible()
    on(page, "reader-type")
    expect(page.get_by_test_id("search-input")).to_be_focused()
    page.keyboard.type("9506000100043", delay=120)  # slower than a scanner that types
    expect(page.get_by_test_id("card")).to_have_count(1)
    expect(page.get_by_test_id("card")).to_contain_text("Rannik")


def test_what_was_looked_at_leads_back_and_is_gone_at_the_end(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    boot(aurora)
    shows(page, "article")
    page.locator("#go-all").click()
    on(page, "seen-article")
    expect(page.locator(f"[data-sku='{BOOT}']")).to_be_visible()
    on(page, "done")
    on(page, "begin")
    shows(page, "browse")
    expect(page.get_by_test_id("seen")).to_have_count(0)
