"""Staff reserves in another store and hears of it, on the tablet and the phone, in two languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from edge.domain.directives import LearnOfReservation
from edge.shop import Article
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_axe import objections
from tests.kiosk.browser.test_staff import BOOT, signed_in  # noqa: F401  (a fixture)
from tests.kiosk.views.test_reserving import ask_for, directed


@pytest.mark.parametrize(
    ("language", "asked", "waits", "aside"),
    [
        ("en", "in Aurora Tartu?", "is told as soon as the line is up", "Put aside in Aurora Tartu"),
        ("et", "Aurora Tartu?", "saab teada kohe, kui ühendus taastub", "Kõrvale pandud: Aurora Tartu"),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_two_touches_reserve_and_the_answer_appears_by_itself(
    aurora: Aurora,
    page: Page,
    signed_in: Callable[[str], None],  # noqa: F811
    language: str,
    asked: str,
    waits: str,
    aside: str,
    width: int,
    height: int,
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    signed_in(language)
    aurora.shop.show("staff", Article(sku=BOOT))
    there = page.locator(f'[id="hold-{BOOT}-aurora-tartu"]')
    before = int(there.inner_text())
    there.click()
    expect(page.get_by_test_id("ask-hold")).to_contain_text(asked)
    assert objections(page) == []
    page.get_by_test_id("hold-now").click()
    expect(page.get_by_test_id("holds")).to_contain_text(waits)
    if before > 1:
        expect(there).to_have_text(str(before - 1))
    (one,) = aurora.shop.reserving.all()
    directed(aurora, LearnOfReservation(reservation=one.id, state="aside"), 1)
    expect(page.get_by_test_id("holds")).to_contain_text(aside)
    assert objections(page) == []
    for box in page.locator(".holds :is(button, .code):visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect())"
    ):
        assert box["left"] >= 0 and box["right"] <= width, box
    page.get_by_test_id("go-queue").click()
    expect(page.get_by_test_id("queue")).to_contain_text(aside)
    page.get_by_test_id("hold-release").click()
    expect(page.get_by_test_id("hold-release")).to_have_count(0)
    assert objections(page) == []


def test_what_another_store_asks_for_appears_by_itself(
    aurora: Aurora,
    page: Page,
    signed_in: Callable[[str], None],  # noqa: F811
) -> None:
    signed_in("en")
    expect(page.get_by_test_id("ticket")).to_have_count(0)
    ask_for(aurora, until=aurora.clock.ms + 3_600_000)
    expect(page.get_by_test_id("ticket")).to_contain_text("Aurora Tartu")
    page.get_by_test_id("ticket").click()
    expect(page.get_by_test_id("source")).to_contain_text("Aurora Tartu asks for it.")
    page.get_by_test_id("tick").click()
    expect(page.get_by_test_id("state")).to_contain_text("Ready for the shopper")
    assert objections(page) == []
