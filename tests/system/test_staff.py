"""A basket that a shopper sent is gathered, handed over and marked as bought; HQ advertises none of it from then on."""

import re

from playwright.sync_api import Page, expect

from edge.demo.plan import COLLEAGUES
from edge.demo.walk.journey import Journey
from edge.demo.walk.marketing import explained
from edge.demo.walk.station import until
from tests.system.test_journey import count, shows, type_on_screen

MAIL = "mart.maasikas@mail.example"


def test_what_staff_marks_as_bought_is_not_advertised_any_more(journey: Journey, wall: Page, staff: Page) -> None:
    code = send(journey, wall)
    at_hq(journey)
    assert set(reasons(journey).values()) == {"in-basket"}
    sign_in(journey, staff)
    expect(staff.get_by_test_id("ticket").filter(has_text=code)).to_be_visible()
    staff.get_by_test_id("code").fill(code.replace(" ", "").lower())
    staff.get_by_test_id("find").click()
    expect(staff.get_by_test_id("gather")).to_be_visible()
    journey.hands.scan("staff", journey.boot)
    expect(staff.locator(f'[data-task="{journey.boot.sku}"] [aria-pressed]')).to_have_attribute("aria-pressed", "true")
    with staff.expect_download() as slip:
        staff.get_by_test_id("slip-csv").click()
    assert journey.boot.sku in slip.value.path().read_text()
    staff.get_by_test_id("bought").click()
    expect(staff.get_by_test_id("bought")).to_have_count(0)
    bought = {journey.boot.sku: "bought", journey.backpack.sku: "in-basket"}
    at_hq(journey)
    assert reasons(journey) == bought
    staff.get_by_test_id("sign-out").click()
    expect(staff.get_by_test_id("badge-hint")).to_be_visible()
    assert not [cookie for cookie in staff.context.cookies() if cookie["name"] == "tote_staff"]


def send(journey: Journey, wall: Page) -> str:
    """The boot and the backpack, to be collected. Returns the pick-up code on the screen."""
    for number, article in enumerate((journey.boot, journey.backpack), 1):
        journey.hands.scan("wall", article)
        shows(wall, article)
        wall.get_by_test_id("add").click()
        count(wall, number)
    wall.get_by_test_id("basket").click()
    for article in (journey.boot, journey.backpack):
        wall.locator(f'[data-line="{article.sku}"]').get_by_test_id("way-collect").click()
    expect(wall.get_by_label("Collect at")).to_have_count(1)
    wall.get_by_test_id("send").click()
    type_on_screen(wall, MAIL)
    wall.get_by_test_id("consent-marketing").check()
    wall.get_by_test_id("send-now").click()
    code = wall.get_by_test_id("pickup").inner_text()
    wall.get_by_test_id("done").first.click()
    found = re.search(r"[0-9A-Z]{3} [0-9A-Z]{3}$", code.strip())
    assert found
    return found[0]


def sign_in(journey: Journey, staff: Page) -> None:
    mari = COLLEAGUES[0]
    journey.hands.badge("staff", journey.boot)
    expect(staff.get_by_test_id("pin")).to_contain_text(mari.name)
    for digit in mari.pin:
        staff.locator(f'[data-digit="{digit}"]').click()
    staff.get_by_test_id("pin-go").click()
    expect(staff.get_by_test_id("queue")).to_be_visible()


def at_hq(journey: Journey) -> None:
    """Each word of the box's has been applied by HQ."""
    until(lambda: journey.status()["waiting"] == 0, "HQ confirms every event", 30)


def reasons(journey: Journey) -> dict[str, str]:
    return {sku: str(decision["reason"]) for sku, decision in explained(journey, MAIL).items()}
