"""A basket goes to a phone number: typed on the number keys, refused in words, sealed."""

import pytest
from playwright.sync_api import Page, expect

from edge.shop import Send
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT, shows

REFUSED = {
    "en": "Please begin with the country code, such as +372.",
    "de": "Bitte beginne mit der Ländervorwahl, etwa +49.",
    "es": "Empieza por el prefijo del país, por ejemplo +34.",
    "et": "Palun alusta riigikoodiga, näiteks +372.",
}


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f"#keyboard [data-skbtn='{key}']").click()


@pytest.mark.parametrize("language", REFUSED)
def test_the_number_keys_lead_to_a_sent_basket(aurora: Aurora, page: Page, language: str) -> None:
    aurora.shop.set_language("tablet", language)
    aurora.shop.add_line("tablet", BOOT)
    aurora.shop.show("tablet", Send())
    page.goto("/s/tablet")
    page.locator("label", has=page.get_by_test_id("by-sms")).click()
    expect(page.get_by_test_id("phone-input")).to_be_focused()
    expect(page.get_by_test_id("mail-input")).to_be_hidden()
    expect(page.locator("#keyboard [data-skbtn='q']")).to_have_count(0)
    press(page, "51234567")
    page.locator("#keyboard .hg-button-enter").click()
    expect(page.get_by_test_id("mail-error")).to_have_text(REFUSED[language])
    expect(page.get_by_test_id("phone-input")).to_have_value("51234567")
    for _ in "51234567":
        page.locator("#keyboard .hg-button-bksp").click()
    press(page, "+37251234567")
    page.locator("#keyboard .hg-button-enter").click()
    shows(page, "sent")
    (sent,) = aurora.bodies("BasketSent")
    assert '"channel":"sms"' in sent
    assert "51234567" not in sent


def test_a_switch_of_the_language_keeps_the_choice_and_what_was_typed(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    aurora.shop.show("tablet", Send())
    page.goto("/s/tablet")
    page.locator("label", has=page.get_by_test_id("by-sms")).click()
    press(page, "+372")
    aurora.shop.set_language("tablet", "de")
    expect(page.get_by_test_id("phone-input")).to_have_value("+372")
    expect(page.get_by_test_id("phone-input")).to_have_attribute("placeholder", "deine Handynummer")
    expect(page.get_by_test_id("mail-input")).to_be_hidden()
