"""A basket goes onto a phone while the store has no line: read off the wall's screen, changed, merged with the log."""

from pathlib import Path

import cv2
import numpy
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from edge.demo.walk.journey import Journey
from edge.demo.walk.station import until
from tests.system.test_journey import count, shows

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_a_phone_takes_the_basket_off_the_wall_while_the_line_is_down_and_the_log_follows_once(
    journey: Journey, wall: Page, phone: Page
) -> None:
    until(lambda: journey.status()["waiting"] == 0, "HQ knows the key of the box", 30)
    journey.line.pull(up=False)
    until(lambda: not journey.status()["line_up"], "the box notices that the line is down", 20)
    for article in (journey.boot, journey.backpack):
        journey.hands.tap("wall", article) if article is journey.backpack else journey.hands.scan("wall", article)
        shows(wall, article)
        wall.get_by_test_id("add").click()
    count(wall, 2)
    wall.get_by_test_id("basket").click()
    wall.get_by_test_id("send").click()
    expect(wall.get_by_test_id("qr")).to_be_visible()
    address = read_from(wall)

    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(address)
    assert "/b/" in phone.url and phone.context.cookies() == []
    for article in (journey.boot, journey.backpack):
        expect(phone.get_by_role("heading", name=article.title)).to_be_visible()
    assert objections(phone) == []
    line(phone, journey.boot.sku).get_by_test_id("more").click()
    expect(line(phone, journey.boot.sku).locator(".number")).to_have_text("2")
    page = phone.url.split("#")[0]

    journey.hands.scan("wall", journey.teapot)
    shows(wall, journey.teapot)
    wall.get_by_test_id("add").click()
    count(wall, 3)
    journey.stations["wall"].post(f"basket/lines/{journey.boot.sku}", quantity=5)
    phone.goto(page)
    expect(phone.locator("[data-sku]")).to_have_count(2)

    journey.line.pull(up=True)
    until(lambda: journey.status()["waiting"] == 0, "HQ confirms every event", 30)
    phone.goto(page)
    expect(phone.locator("[data-sku]")).to_have_count(3)
    expect(line(phone, journey.boot.sku).locator(".number")).to_have_text("2")
    phone.goto(address)
    expect(phone.locator("[data-sku]")).to_have_count(3)
    assert phone.context.cookies() == []

    line(phone, journey.teapot.sku).get_by_test_id("remove").click()
    expect(phone.locator(f'[data-removed="{journey.teapot.sku}"]')).to_be_visible()
    assert objections(phone) == []
    phone.goto(address[:-12] + "A" * 12)
    expect(phone.get_by_test_id("code-broken").or_(phone.get_by_test_id("code-foreign"))).to_be_visible()
    assert objections(phone) == []


def line(phone: Page, sku: str) -> Locator:
    return phone.locator(f'[data-sku="{sku}"]')


def read_from(page: Page) -> str:
    pixels = cv2.imdecode(numpy.frombuffer(page.screenshot(), numpy.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    (found,) = zxingcpp.read_barcodes(pixels)
    return str(found.text)


def objections(page: Page) -> list[str]:
    """What axe-core finds; the page's policy allows no script but its own, so it is put in from outside."""
    page.wait_for_timeout(200)
    page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe")
    found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]
