"""What the page does by itself: the idle warning, a lost box, a reader that is down."""

import time
from collections.abc import Sequence

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from edge.shop.stations import Alone
from hardware.health import ReaderHealth
from kiosk import create_app
from kiosk.server import Server, serve
from tests.kiosk.aurora import FOLDER, Aurora
from tests.kiosk.browser.test_journey import BOOT, on, shows

SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, input, summary, label.way, label.consent')]
    .filter(part => part.checkVisibility() && part.type !== 'hidden' && part.type !== 'checkbox')
    .map(part => [part.outerHTML.slice(0, 80), part.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < 43.9 && box.width > 0)
    .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
"""What of the page is to be touched and too small for a finger."""


class Readers(Alone):
    state = "up"

    def readers(self, station: str | None = None) -> Sequence[ReaderHealth]:
        return [ReaderHealth(name="gun", driver="barcode_serial", state=self.state)]  # type: ignore[arg-type]


def test_an_idle_shopper_is_warned_and_any_touch_stays(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    expect(page.locator("[data-test='idle']")).to_be_hidden()
    aurora.clock.ms += 95_000
    expect(page.locator("[data-test='idle']")).to_be_visible()
    assert 20 <= int(page.locator("[data-test='idle'] output").inner_text()) <= 30
    page.mouse.wheel(0, 10)
    expect(page.locator("[data-test='idle']")).to_be_hidden()
    for _ in range(100):  # the warning goes at once, the box hears of the touch a moment later
        if aurora.shop.left_ms("tablet") == 120_000:
            break
        page.wait_for_timeout(50)
    assert aurora.shop.left_ms("tablet") == 120_000
    assert aurora.shop.sweep() == []


def test_the_box_ends_an_idle_visit_and_the_screen_follows(aurora: Aurora, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    shows(page, "article")
    aurora.clock.ms += 121_000
    assert aurora.shop.sweep() == ["tablet"]
    shows(page, "attract")


def test_a_reader_that_is_down_is_said_on_its_screen_and_unsaid_when_it_is_back(aurora: Aurora, page: Page) -> None:
    aurora.shop.outside = readers = Readers()
    page.goto("/s/tablet")
    expect(page.locator("[data-test='reader-down']")).to_have_count(0)
    readers.state = "down"
    expect(page.locator("[data-test='reader-down']")).to_be_visible()
    readers.state = "up"
    expect(page.locator("[data-test='reader-down']")).to_have_count(0)


def test_a_lost_box_is_said_and_what_was_typed_is_kept(aurora: Aurora, app: Flask, server: Server, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    on(page, "basket")
    on(page, "send")
    expect(page.locator("[data-test='mail-input']")).to_be_focused()
    page.keyboard.type("anna@gmail.com")
    server.stop()
    expect(page.locator("[data-test='lost']")).to_be_visible(timeout=10_000)
    again = serve(create_app(aurora.shop, theme=FOLDER / "theme.toml"), port=server.port)
    again.start()
    try:
        expect(page.locator("[data-test='lost']")).to_be_hidden(timeout=10_000)
        expect(page.locator("[data-test='mail-input']")).to_have_value("anna@gmail.com")
        on(page, "send-now")
        shows(page, "sent")
    finally:
        again.stop()


def test_a_screen_that_stays_lost_forgets_the_shopper_by_itself(aurora: Aurora, server: Server, page: Page) -> None:
    aurora.shop.add_line("tablet", BOOT)
    aurora.clock.ms += 116_000
    page.goto("/s/tablet")
    expect(page.locator("[data-test='idle']")).to_be_visible()
    server.stop()
    expect(page.locator("#stage > *")).to_have_count(0, timeout=12_000)


def test_a_stopping_server_ends_open_streams_within_a_second_and_a_half(server: Server, page: Page) -> None:
    page.goto("/s/tablet")
    page.wait_for_timeout(300)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("station", ["wall", "tablet"])
def test_every_target_is_at_least_44_pixels(aurora: Aurora, page: Page, station: str) -> None:
    aurora.shop.add_line(station, BOOT)
    page.goto(f"/s/{station}")
    for screen in ("article", "basket", "browse", "send"):
        if screen == "article":
            shows(page, screen)
        else:
            page.request.post(f"/s/{station}/show/{screen}")
            shows(page, screen)
        assert page.evaluate(SMALL_TARGETS) == []
