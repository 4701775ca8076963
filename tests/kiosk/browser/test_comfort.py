"""Larger text, contrast, stillness, low reach, more time: chosen by touch, clean in each, forgotten at the end."""

import pytest
from playwright.sync_api import Page, expect

from edge.shop import Article, Attract, BasketScreen, Browse, Screen, Send
from edge.shop.screens import HandOver, TellMe
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_axe import AXE, TAGS
from tests.kiosk.browser.test_journey import BOOT
from tests.kiosk.browser.test_screen_and_box import SMALL_TARGETS

SCREENS: tuple[Screen, ...] = (Attract(), Browse(), Article(sku=BOOT), BasketScreen(), Send())
BEYOND_THE_EDGE = """() => [...document.querySelectorAll('.top button, .top summary, .dock button, .dock a')]
    .filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth + 1)
    .map((part) => part.outerHTML.slice(0, 80))"""
SOLD_OUT = "RANNIK-AMBER-40"
MODES = (
    ("tablet", {"text": "large", "still": "1"}),
    ("tablet", {"text": "largest", "contrast": "1"}),
    ("wall", {"low": "1"}),
)


def test_a_choice_applies_at_once_keeps_its_sheet_open_and_ends_with_the_visit(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    usual = page.evaluate(size)
    page.get_by_test_id("comfort").click()
    page.get_by_test_id("comfort-text-largest").click()
    expect(page.get_by_test_id("comfort-text-largest")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(size) == pytest.approx(usual * 1.4)
    page.get_by_test_id("comfort-contrast").click()
    expect(page.locator("html")).to_have_attribute("data-comfort", "largest contrast")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("comfort-contrast")).to_be_hidden()
    page.reload()
    assert page.evaluate(size) == pytest.approx(usual * 1.4)
    aurora.shop.end_visit("tablet")
    expect(page.locator("html")).to_have_attribute("data-comfort", "")
    assert page.evaluate(size) == usual
    assert page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_who_is_warned_can_ask_for_more_time(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    aurora.clock.ms += 95_000
    expect(page.get_by_test_id("more-time")).to_be_visible()
    box = page.get_by_test_id("more-time").bounding_box()
    assert box
    page.mouse.click(box["x"] + 9, box["y"] + 9)  # a locator's click scrolls first, which counts as somebody there
    expect(page.get_by_test_id("idle")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-comfort", "patient")
    assert aurora.shop.left_ms("tablet") == 480_000


def test_without_motion_the_showcase_stands_still(aurora: Aurora, page: Page) -> None:
    aurora.shop.comforting.choose("wall", "still", "1")
    page.clock.install()
    page.goto("/s/wall")
    first = page.locator(".slide.on").get_attribute("value")
    page.clock.run_for(30_000)
    assert page.locator(".slide.on").get_attribute("value") == first


TOUCHED = """() => [...document.querySelectorAll('button, summary, input, a, .hg-button')]
    .filter((part) => part.checkVisibility({visibilityProperty: true}) && !part.matches('.slide'))
    .map((part) => part.getBoundingClientRect()).filter((box) => box.width > 0)
    .map((box) => [box.left, box.top, box.right, box.bottom].map(Math.round))"""
LOW: tuple[Screen, ...] = (
    *SCREENS,
    Article(sku=SOLD_OUT, sheet=True),
    TellMe(sku=SOLD_OUT),
    HandOver(code="0" * 20, ends=2**60),
)


def lower_third(page: Page, what: str) -> None:
    touched, size = page.evaluate(TOUCHED), page.viewport_size
    assert touched and size
    assert min(top for _, top, _, _ in touched) >= size["height"] * 0.666, what
    assert all(left >= 0 and right <= size["width"] for left, _, right, _ in touched), what


@pytest.mark.parametrize(("width", "height"), [(2160, 3840), (3840, 2160)])
def test_in_low_reach_all_there_is_to_touch_is_in_the_lower_third(
    aurora: Aurora, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for screen in LOW:
        aurora.shop.add_line("wall", BOOT)
        aurora.shop.comforting.choose("wall", "low", "1")
        aurora.shop.show("wall", screen)
        page.goto("/s/wall")
        lower_third(page, repr(screen))
        if not page.locator(".over, [data-key='attract']").count():  # where there is one, it is under the sheet
            page.get_by_test_id("comfort").click()
            lower_third(page, f"{screen!r} with the sheet of comforts")


@pytest.mark.parametrize(("width", "height"), [(2160, 3840), (3840, 2160)])
def test_in_low_reach_keyboard_and_warning_are_in_the_lower_third_too(
    aurora: Aurora, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    aurora.shop.add_line("wall", BOOT)
    aurora.shop.comforting.choose("wall", "low", "1")
    for screen, field in ((Send(), "mail-input"), (Browse(), "search-input")):
        aurora.shop.show("wall", screen)
        page.goto("/s/wall")
        page.get_by_test_id(field).click()
        expect(page.locator("#keyboard .hg-button").first).to_be_visible()
        lower_third(page, repr(screen))
    aurora.clock.ms += 95_000
    expect(page.get_by_test_id("more-time")).to_be_visible()
    lower_third(page, "the warning")


@pytest.mark.skipif(not AXE.exists(), reason="node_modules/axe-core is missing: run npm ci")
@pytest.mark.parametrize(("station", "chosen"), MODES)
def test_axe_finds_nothing_and_targets_are_large_in_each_mode(
    aurora: Aurora, page: Page, station: str, chosen: dict[str, str]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    for screen in SCREENS:
        aurora.shop.add_line(station, BOOT)
        for name, value in chosen.items():
            aurora.shop.comforting.choose(station, name, value)
        aurora.shop.show(station, screen)
        page.goto(f"/s/{station}")
        page.get_by_test_id("comfort").click()
        page.wait_for_timeout(100)
        page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe")
        found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]] == []
        assert page.evaluate(SMALL_TARGETS) == [], type(screen).__name__
        assert page.evaluate(BEYOND_THE_EDGE) == [], type(screen).__name__
