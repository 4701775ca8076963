"""The basket says what became dearer or cheaper, and a line that was taken out can be put back as it was."""

import pytest
from playwright.sync_api import Page, expect

from edge.shop import BasketScreen
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT, on

WORDS = {
    "en": ("was €189.95 when you added it, now €179.95", "Rannik hiking boot, 42 is out of your basket."),
    "es": ("costaba 189,95\xa0€ cuando lo añadiste, ahora 179,95\xa0€", "ya no está en tu cesta."),
}


@pytest.mark.parametrize("language", WORDS)
def test_prices_and_removals_are_said_and_a_removal_undone(aurora: Aurora, page: Page, language: str) -> None:
    since, out = WORDS[language]
    aurora.shop.set_language("tablet", language)
    aurora.shop.add_line("tablet", BOOT, 2, "collect")
    aurora.publish(cheaper=1000)
    aurora.shop.show("tablet", BasketScreen())
    page.goto("/s/tablet")
    expect(page.get_by_test_id("since")).to_have_text(since)
    before = aurora.shop.basket("tablet")
    on(page, "remove")
    expect(page.get_by_test_id("removed")).to_contain_text(out)
    assert aurora.shop.basket("tablet").lines == ()
    on(page, "undo")
    expect(page.locator(f"[data-line='{BOOT}']")).to_be_visible()
    expect(page.get_by_test_id("removed")).to_have_count(0)
    assert aurora.shop.basket("tablet") == before, "as it was, at its price"


@pytest.mark.parametrize("language", ["en", "de", "es", "et"])
def test_the_edge_of_a_tablets_sum_cuts_no_words_of_the_top(aurora: Aurora, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    aurora.shop.set_language("tablet", language)
    aurora.shop.add_line("tablet", BOOT, 1, "collect")
    aurora.shop.show("tablet", BasketScreen())
    page.goto("/s/tablet")
    top, total = page.locator(".top").bounding_box(), page.locator(".sum").bounding_box()
    assert top and total and total["y"] >= top["y"] + top["height"] - 1
