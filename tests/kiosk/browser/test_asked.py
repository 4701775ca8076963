"""The live answer in a real browser: it comes after the first painting, moves nothing, and takes no choice away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.kiosk.asked import Hq, boot, card
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import shows
from tests.kiosk.pages.test_asked import now


@pytest.fixture
def hq(aurora: Aurora) -> Iterator[Hq]:
    yield (hq := Hq(aurora))
    hq.answers.set()
    aurora.shop.stop()


def test_the_count_of_this_moment_takes_the_place_of_the_old_one(aurora: Aurora, hq: Hq, page: Page) -> None:
    hq.counts("aurora-tallinn", 77, now())
    boot(aurora)
    page.goto("/s/tablet")
    shows(page, "article")
    figure = page.locator("label:has(#way-take) .figure")
    expect(figure).not_to_have_text("77")
    hq.answers.set()
    expect(figure).to_have_text("77")
    expect(page.get_by_test_id("unreached")).to_have_count(0)


def test_what_somebody_chose_meanwhile_stays_chosen(aurora: Aurora, hq: Hq, page: Page) -> None:
    hq.counts("aurora-tallinn", 77, now())
    boot(aurora)
    page.goto("/s/tablet")
    expect(page.locator("#way-take")).to_be_checked()
    page.locator("label:has(#way-ship)").click()
    hq.answers.set()
    expect(page.locator("label:has(#way-take) .figure")).to_have_text("77")
    expect(page.locator("#way-ship")).to_be_checked()


def test_a_choice_that_is_gone_since_is_not_held_on_to(aurora: Aurora, hq: Hq, page: Page) -> None:
    hq.counts("web", 0, now())
    boot(aurora)
    page.goto("/s/tablet")
    page.locator("label:has(#way-ship)").click()
    hq.answers.set()
    expect(page.locator("#way-ship")).to_be_disabled()
    expect(page.locator("#way-take")).to_be_checked()


def test_hq_that_does_not_answer_is_said_below_the_last_counts(aurora: Aurora, hq: Hq, page: Page) -> None:
    hq.told["stock"] = None
    boot(aurora)
    page.goto("/s/tablet")
    shows(page, "article")
    expect(page.get_by_test_id("unreached")).to_have_count(0)
    hq.answers.set()
    expect(page.get_by_test_id("unreached")).to_be_visible()


def test_a_card_is_greeted_and_leads_back_to_the_article(aurora: Aurora, hq: Hq, page: Page) -> None:
    boot(aurora)
    page.goto("/s/tablet")
    shows(page, "article")
    card(aurora)
    shows(page, "welcome")
    expect(page.get_by_test_id("greeting")).to_contain_text("looking up")
    hq.answers.set()
    expect(page.locator("h1")).to_have_text("Willkommen zurück!")
    page.get_by_test_id("back").click()
    shows(page, "article")
