"""The main screens have nothing that axe-core objects to."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from edge.shop import Article, BasketScreen, Browse, HandOver, Screen, Send, Sent, TellMe, Unknown, Welcome, Whose
from edge.shop.stations import Alone
from hardware.errors import TagError
from hardware.tags.writing import Written
from tests.kiosk.aurora import PIN, Aurora
from tests.kiosk.browser.test_journey import BOOT

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SCREENS: dict[str, Screen | None] = {
    "attract": None,
    "browse": Browse(),
    "article": Article(sku=BOOT),
    "missing": Article(sku="RANNIK-AMBER-40", sheet=True),
    "tell-me": TellMe(sku="RANNIK-AMBER-44"),
    "basket": BasketScreen(),
    "send": Send(),
    "sent": Sent(online=True),
    "unknown": Unknown(code="4006381333931", reason="unknown-code"),
    "welcome": Welcome(back=BOOT, found=1),
    "hand over": HandOver(code="TH-00000000000000000000", ends=1 << 50),
    "hand over, too late": HandOver(code="TH-00000000000000000000", ends=0),
    "whose": Whose(holder="a" * 32),
    "badge": Unknown(code="(badge)", reason="badge-here"),
    "helped": BasketScreen(),
}


class Writer(Alone):
    """A reader on which a locked tag lies."""

    def writers(self, station: str) -> list[str]:
        return ["pad"]

    def write_tag(self, reader: str, message: bytes, **how: object) -> Written | None:
        time.sleep(0.2)
        raise TagError("tag-locked", "take another one")


def objections(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that are broken, with the places."""
    page.wait_for_timeout(150)
    page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe")
    found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]]


def signed_in(aurora: Aurora, page: Page) -> None:
    aurora.hire()
    aurora.hold_up()
    page.goto("/s/staff")
    page.get_by_test_id("pin-input").fill(PIN)
    page.get_by_test_id("pin-go").click()
    page.get_by_test_id("queue").wait_for()


@pytest.mark.skipif(not AXE.exists(), reason="node_modules/axe-core is missing: run npm ci")
@pytest.mark.parametrize("name", ["stranger", "pin", "queue", "gather", "called", "article", "count", "labels", "tags"])
def test_axe_finds_nothing_where_staff_signs_in_and_gathers(aurora: Aurora, page: Page, name: str) -> None:
    aurora.shop.add_line("wall", BOOT, 2, "collect")
    aurora.shop.send_basket("wall", "mari@post.example", ())
    page.emulate_media(reduced_motion="reduce")
    if name in ("queue", "gather", "called", "article", "count", "labels", "tags"):
        signed_in(aurora, page)
    elif name == "pin":
        aurora.hire()
    if name in ("stranger", "pin"):
        aurora.hold_up()
        page.goto("/s/staff")
    if name == "called":
        aurora.shop.helping.ask("wall", "")
        page.get_by_test_id("call").wait_for()
    if name in ("article", "count", "labels", "tags"):
        aurora.shop.show("staff", Article(sku=BOOT))
        page.get_by_test_id("do-count").wait_for()
    if name == "tags":
        aurora.shop.outside = Writer()
        page.get_by_test_id("do-tags").click()
        page.locator('[data-state="refused"]').wait_for()
    if name in ("count", "labels"):
        page.get_by_test_id("do-count" if name == "count" else "do-label").click()
        page.get_by_test_id("pieces").wait_for()
    if name == "gather":
        page.get_by_test_id("ticket").click()
        page.get_by_test_id("gather").wait_for()
        page.get_by_test_id("gather").locator("summary").click()
    assert objections(page) == []


@pytest.mark.skipif(not AXE.exists(), reason="node_modules/axe-core is missing: run npm ci")
@pytest.mark.parametrize(
    ("station", "name"),
    [
        *((station, name) for station in ("wall", "tablet") for name in SCREENS),
        ("staff", "attract"),
        ("staff", "article"),
    ],
)
def test_axe_finds_nothing(aurora: Aurora, page: Page, station: str, name: str) -> None:
    if screen := SCREENS[name]:
        aurora.shop.add_line(station, BOOT)
        aurora.shop.show(station, screen)
    if name == "helped":
        aurora.shop.helping.ask(station, "")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/s/{station}")
    assert objections(page) == []
