"""A shopper asks for help, a colleague comes: both screens, in every language."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from edge.shop import Article, BasketScreen, Send, Sent
from tests.kiosk.aurora import LANGUAGES, Aurora
from tests.kiosk.browser.test_axe import signed_in
from tests.kiosk.browser.test_journey import BOOT, on

WORDS = {
    "en": ("Ask for help", "Somebody is on the way to you."),
    "de": ("Hilfe holen", "Es ist jemand auf dem Weg zu dir."),
    "es": ("Pedir ayuda", "Alguien va de camino hacia ti."),
    "et": ("Kutsu abi", "Keegi on juba teel sinu juurde."),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_staffs_screens_ring_and_the_shopper_hears_that_somebody_comes(
    aurora: Aurora, page: Page, browser: Browser, box: str, language: str
) -> None:
    ask, comes = WORDS[language]
    aurora.shop.set_language("tablet", language)
    aurora.shop.show("tablet", Article(sku=BOOT))
    staff = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=box).new_page()
    signed_in(aurora, staff)
    page.goto("/s/tablet")
    expect(page.get_by_test_id("ask-for-help")).to_have_text(ask)
    on(page, "ask-for-help")
    expect(staff.get_by_test_id("call")).to_contain_text("Shoe bench")
    expect(staff.locator("[data-waited]")).to_have_text(re.compile(r"0:0[1-9]"))
    on(staff, "call-accept")
    expect(page.get_by_test_id("help")).to_contain_text(comes)
    expect(staff.get_by_test_id("call")).to_contain_text("Mari")
    on(staff, "call-finish")
    expect(page.get_by_test_id("help")).to_have_count(0)
    expect(staff.get_by_test_id("call")).to_have_count(0)
    expect(page.get_by_test_id("ask-for-help")).to_be_visible()


def test_a_call_leaves_the_article_of_a_colleague_where_it_is(aurora: Aurora, page: Page) -> None:
    """The strip stands above the page, in the one column that staff's article has, and not beside it."""
    signed_in(aurora, page)
    aurora.shop.show("staff", Article(sku=BOOT))
    aurora.shop.helping.ask("tablet", "")
    page.goto("/s/staff")
    call, name = page.get_by_test_id("call").bounding_box(), page.locator("h1").bounding_box()
    assert call and name
    assert call["width"] > 1200 and call["y"] < name["y"] < 300


@pytest.mark.parametrize("screen", [None, BasketScreen(), Send(), Sent(online=True)])
def test_every_screen_of_a_shopper_has_the_button_and_takes_it_back(
    aurora: Aurora, page: Page, screen: BasketScreen | Send | Sent | None
) -> None:
    if screen:
        aurora.shop.add_line("wall", BOOT)
        aurora.shop.show("wall", screen)
    page.goto("/s/wall")
    on(page, "ask-for-help")
    expect(page.get_by_test_id("help")).to_be_visible()
    assert aurora.shop.helping.of("wall")
    on(page, "help-back")
    expect(page.get_by_test_id("ask-for-help")).to_be_visible()
    assert aurora.shop.helping.of("wall") is None


def test_only_who_is_signed_in_answers(aurora: Aurora, client: FlaskClient) -> None:
    client.post("/s/wall/help")
    call = aurora.shop.helping.of("wall")
    assert call
    assert client.post(f"/s/staff/staff/help/{call.id}/accept").status_code == 422
    assert client.post("/s/staff/help").status_code == 404
    assert aurora.shop.helping.calls() == [call]


def test_a_call_is_told_to_the_staffs_stations_only(aurora: Aurora, client: FlaskClient) -> None:
    client.post("/s/wall/help")
    assert 'data-test="call"' in client.get("/s/staff").text
    assert 'data-test="call"' not in client.get("/s/tablet").text
    assert 'data-test="help"' not in client.get("/s/tablet").text
