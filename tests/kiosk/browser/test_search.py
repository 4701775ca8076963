"""Looking for an article on the screen: typing, narrowing down, coming to what was meant."""

import json

from playwright.sync_api import Page, expect

from edge.shop import Browse
from tests.kiosk.aurora import Aurora


def test_a_list_is_narrowed_down_and_widened_again(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Browse())
    page.goto("/s/tablet")
    everything = page.locator("[data-test='total-found']").inner_text()
    page.locator("[data-test='heading-sizes'] summary").click()
    option = page.locator("[data-test='heading-sizes'] [data-test='option']").first
    count = option.locator("span").inner_text()
    option.click()
    expect(page.locator("[data-test='total-found']")).to_have_text(f"{count} article{'s' if count != '1' else ''}")
    expect(page.locator("[data-test='heading-sizes'] [aria-pressed='true']")).to_have_count(1)
    expect(page.locator("[data-test='card']")).to_have_count(min(int(count), 24))
    page.keyboard.press("Escape")
    page.locator("[data-test='all-again']").click(force=True)
    expect(page.locator("[data-test='total-found']")).to_have_text(everything)


def test_half_a_word_is_made_whole_by_a_touch(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Browse())
    page.goto("/s/tablet")
    page.locator("[data-test='search-input']").click()
    page.keyboard.type("boo")
    suggestion = page.locator(".suggestions button").first
    expect(suggestion).to_contain_text("boot")
    words = suggestion.inner_text()
    suggestion.click()
    expect(page.locator("[data-test='search-input']")).to_have_value(words)
    expect(page.locator("h1")).to_contain_text(words)


def test_what_was_picked_from_a_search_is_remembered_with_its_place(aurora: Aurora, page: Page) -> None:
    aurora.shop.show("tablet", Browse(query="boot"))
    page.goto("/s/tablet")
    card = page.locator("[data-test='card']").nth(1)
    sku = card.get_attribute("data-card")
    card.click()
    expect(page.locator(".screen[data-screen='article']")).to_be_visible()
    body = next(json.loads(e.body) for e in aurora.log.latest(5) if e.kind == "SearchResultChosen")
    assert (body["query"], body["position"], body["item"]["sku"]) == ("boot", 2, sku)


def test_no_words_lead_to_an_empty_page(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    for words in ("xqzvwk", "bootz", "%%%", "🥾"):
        aurora.shop.show("tablet", Browse(query=words))
        page.goto("/s/tablet")
        expect(page.locator("[data-test='nearest']")).to_be_visible()
        expect(page.locator("[data-test='card']").first).to_be_visible()
