"""Whoever comes next finds nothing of who was there before: neither on the page nor in the browser or its history."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Response, expect

from edge.shop import Attract, HandOver
from hardware.scan import Scan
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT, on, scan, shows
from tests.kiosk.browser.test_onto_phone import read_from

SECRETS = ("anna", "gmail", "sofa", "Rahu", "RAHU")
"""What the first shopper typed, looked at and took: no article of the showcase."""
LEFT = """() => JSON.stringify({
  html: document.querySelector("#stage").outerHTML + document.querySelector("#keyboard").outerHTML + document.title,
  said: document.getElementById("said").textContent,
  fields: [...document.querySelectorAll("input, textarea")].map(field => field.value),
  storage: [{...localStorage}, {...sessionStorage}],
  history: history.state, address: location.href,
})"""
WAYS = ["done", "idle", "by list", "by code"]


class Wire:
    """Every address the page asked for, and what the event stream said after `mark`."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        self.kept: list[str] = []
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)

    def _answered(self, response: Response) -> None:
        path = response.url.split("/", 3)[-1]
        anybodys = path.startswith(("pictures/", "static/"))
        if not anybodys and "no-store" not in response.headers.get("cache-control", ""):
            self.kept.append(path)


@contextmanager
def first_shopper(aurora: Aurora, page: Page, station: str) -> Iterator[Wire]:
    """Looks, searches, fills a basket, begins to type an address."""
    wire = Wire(page)
    page.goto(f"/s/{station}")
    on(page, "begin")
    on(page, "search")
    expect(page.get_by_test_id("search-input")).to_be_focused()
    page.keyboard.type("sofa")
    expect(page.get_by_test_id("total-found")).to_have_text("1 article")
    page.wait_for_timeout(500)  # what the last letter asked for is there too
    page.get_by_test_id("card").click()
    shows(page, "article")
    on(page, "add")
    expect(page.get_by_test_id("added")).to_be_visible()
    on(page, "basket")
    on(page, "send")
    expect(page.get_by_test_id("mail-input")).to_be_focused()
    page.keyboard.type("anna@gmail.com")
    page.keyboard.press("Escape")
    yield wire


def leave(aurora: Aurora, page: Page, station: str, way: str) -> str:
    """Returns the station where the basket is now, "" for none."""
    if way == "done":
        on(page, "done")
        return ""
    if way == "idle":
        aurora.clock.ms += 121_000
        aurora.shop.sweep()
        return ""
    other = "tablet" if station == "wall" else "wall"
    on(page, "elsewhere")
    shows(page, "hand_over")
    if way == "by list":
        on(page, f"place-{other}")
    else:
        expect(page.get_by_test_id("hand-over-code")).to_be_visible()
        page.wait_for_timeout(400)
        (code,) = read_from(page)
        aurora.shop.scanned(other, Scan(reader="gun", symbology="qr", data=code.encode(), at=0))
    return other


@pytest.mark.parametrize("station", ["wall", "tablet"])
@pytest.mark.parametrize("way", WAYS)
def test_the_second_shopper_finds_nothing_of_the_first(aurora: Aurora, page: Page, station: str, way: str) -> None:
    with first_shopper(aurora, page, station) as wire:
        filled = page.evaluate(LEFT)
        assert "anna" in filled and "Rahu" in filled, "the control: there is something to be found"
        went_to = leave(aurora, page, station, way)
        shows(page, "attract")
        expect(page.locator("[data-visit]")).to_have_count(0)
        page.wait_for_timeout(1500)
        assert_nothing_left(page)
        for step in ("back", "forward"):
            page.go_back() if step == "back" else page.go_forward()
            page.wait_for_timeout(300)
            if page.url != "about:blank":
                shows(page, "attract")
                assert_nothing_left(page)
        assert page.evaluate("history.length") <= 2, "no screen made an entry of its own"
        assert [a for a in wire.addresses if any(secret in a for secret in ("anna", "gmail", "sofa", "TH-"))] == []
        assert [path for path in wire.kept if path not in ("theme.css", "mark.svg")] == [], "nothing is cached"
        again = page.context.new_page()
        again.goto(f"/s/{station}")
        shows(again, "attract")
        assert_nothing_left(again)
        on(again, "begin")
        expect(again.get_by_test_id("basket").locator(".count")).to_have_attribute("data-count", "0")
        assert again.get_by_test_id("search-input").input_value() == ""
        if went_to:
            (line,) = aurora.shop.basket(went_to).lines
            assert line.item.sku.startswith("RAHU")


def assert_nothing_left(page: Page) -> None:
    left = page.evaluate(LEFT)
    assert [secret for secret in SECRETS if secret in left] == []
    assert page.context.cookies() == []
    stored = page.evaluate("({...localStorage, ...sessionStorage})")
    assert set(stored.items()) <= {("htmx-current-path-for-history", urlsplit(page.url).path)}, "htmx notes the page"


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_visit_goes_on_at_the_other_screen_before_ones_eyes(aurora: Aurora, page: Page, language: str) -> None:
    page.goto("/s/tablet")
    on(page, f"language-{language}")
    shows(page, "browse")
    scan(aurora, b"9506000100043")
    shows(page, "article")
    on(page, "add")
    expect(page.get_by_test_id("added")).to_be_visible()
    wall = page.context.new_page()
    wall.goto("/s/wall")
    shows(wall, "attract")
    on(page, "elsewhere")
    shows(page, "hand_over")
    page.wait_for_timeout(400)
    (code,) = read_from(page)
    screen = aurora.shop.screen("tablet")
    assert isinstance(screen, HandOver) and screen.code == code
    aurora.shop.scanned("wall", Scan(reader="gun", symbology="qr", data=code.encode(), at=0))
    shows(wall, "basket")
    expect(wall.locator("h1")).to_have_text({"en": "Your basket", "de": "Dein Warenkorb"}[language])
    shows(page, "attract")
    assert aurora.shop.screen("tablet") == Attract()


def test_a_code_that_runs_out_while_it_is_shown_is_replaced_with_one_touch(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    on(page, "elsewhere")
    expect(page.get_by_test_id("hand-over-code")).to_be_visible()
    aurora.clock.ms += 90_000
    aurora.shop.sweep()
    expect(page.get_by_test_id("hand-over-stale")).to_be_visible()
    on(page, "hand-over-again")
    expect(page.get_by_test_id("hand-over-code")).to_be_visible()
