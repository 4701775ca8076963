"""A scanner that types into the page, and hands that type."""

import base64
import time

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.test_journey import BOOT

CODE = "9506000100043"


class Wedge:
    """Types as a keyboard does, `gap` seconds from key to key by the keys' own clock, whatever the page does."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._line: CDPSession = page.context.new_cdp_session(page)
        self._at = 0.0

    def type(self, text: str, end: str = "Enter", gap: float = 0.01) -> None:
        """A tenth of a second after what was typed last, at the earliest."""
        at = max(time.time(), self._at + 0.1)
        for letter in text:
            self._key(letter, at)
            at += gap
        for key in end.split():
            self._key(key, at)
        self._at = at

    def _key(self, key: str, at: float) -> None:
        control = key == "\x1d"
        name = "]" if control else key
        code = {"Enter": 13, "Tab": 9}.get(name, ord(name.upper()[0]))
        event = {
            "key": name,
            "windowsVirtualKeyCode": code,
            "modifiers": 2 if control else 0,
            "timestamp": at,
            **({"code": "BracketRight"} if control else {}),
        }
        text = {} if control or name == "Tab" else {"text": "\r" if name == "Enter" else name}
        self._line.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **text})
        self._line.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@pytest.fixture
def posted(page: Page) -> list[bytes]:
    """What the page posts as scans."""
    scans: list[bytes] = []
    page.on(
        "request",
        lambda request: (
            scans.append(base64.b64decode(request.post_data_json["data"])) if request.url.endswith("/scan") else None
        ),
    )
    return scans


def at_search(page: Page) -> None:
    page.goto("/s/tablet")
    page.get_by_test_id("begin").click()
    page.get_by_test_id("search").click()
    expect(page.get_by_test_id("search-input")).to_be_focused()


@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_burst_is_a_scan(aurora: Aurora, page: Page, posted: list[bytes], end: str) -> None:
    page.goto("/s/tablet")
    Wedge(page).type(CODE, end)
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    assert posted == [CODE.encode()]
    assert aurora.kinds().count("ProductScanned") == 1


def test_the_field_with_the_focus_neither_loses_nor_gains_a_letter(
    aurora: Aurora, page: Page, posted: list[bytes]
) -> None:
    at_search(page)
    field = page.get_by_test_id("search-input")
    page.keyboard.type("boot", delay=90)
    expect(page.locator(".screen h1")).to_have_text("“boot”")
    field.evaluate("field => field.setSelectionRange(1, 3)")
    Wedge(page).type(CODE)
    assert page.evaluate("[document.getElementById('search-input').value]") == ["boot"]
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    page.wait_for_timeout(600)  # no search of a part of the code comes after it
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    assert posted == [CODE.encode()]
    assert "ProductsSearched" not in aurora.kinds()


def test_the_mail_field_stays_as_it_was(aurora: Aurora, page: Page, posted: list[bytes]) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page.goto("/s/tablet")
    page.get_by_test_id("basket").click()
    page.get_by_test_id("send").click()
    field = page.locator("#mail-input")
    field.click()
    page.keyboard.type("anna@exa", delay=80)
    Wedge(page).type(CODE)
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    assert posted == [CODE.encode()]
    assert "BasketSent" not in aurora.kinds()


@pytest.mark.parametrize("delay", [60, 90, 150])
def test_a_hand_is_never_a_scanner(page: Page, posted: list[bytes], delay: int) -> None:
    at_search(page)
    Wedge(page).type("teapot red", end="", gap=delay / 1000)
    Wedge(page).type("", end="Enter")
    expect(page.locator(".screen h1")).to_have_text("“teapot red”")
    assert posted == []
    assert page.get_by_test_id("search-input").input_value() == "teapot red"


def test_five_quick_keys_and_enter_are_a_hand(page: Page, posted: list[bytes]) -> None:
    at_search(page)
    Wedge(page).type("boots")
    expect(page.locator(".screen h1")).to_have_text("“boots”")
    assert posted == []


def test_a_burst_without_an_end_is_left_to_the_field(page: Page, posted: list[bytes]) -> None:
    at_search(page)
    Wedge(page).type("teapot", end="")
    expect(page.locator(".screen h1")).to_have_text("“teapot”")
    assert posted == []


def test_fnc1_comes_as_the_byte_it_is(page: Page, posted: list[bytes]) -> None:
    page.goto("/s/tablet")
    Wedge(page).type("\x1d0109506000100043" + "10AB\x1d21x")
    expect(page.locator(".screen[data-visit]")).to_be_attached()
    assert posted == [b"\x1d010950600010004310AB\x1d21x"]


def test_the_end_may_be_two_keys(page: Page, posted: list[bytes]) -> None:
    page.goto("/s/tablet")
    page.get_by_test_id("begin").focus()
    Wedge(page).type(CODE, end="Tab Enter")
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    assert posted == [CODE.encode()]


def test_blanks_and_enter_press_no_button(page: Page, posted: list[bytes]) -> None:
    page.goto("/s/tablet")
    page.get_by_test_id("begin").focus()
    Wedge(page).type("A B C D")
    expect(page.locator(".screen[data-screen=unknown]")).to_be_attached()
    assert posted == [b"A B C D"]


def test_a_hundred_in_a_row_arrive_in_order_though_the_box_slows_them(
    aurora: Aurora, page: Page, posted: list[bytes]
) -> None:
    page.goto("/s/tablet")
    wedge, codes = Wedge(page), [f"{number:06}" for number in range(100)]
    for code in codes:
        wedge.type(code)
    until = time.monotonic() + 30
    while aurora.kinds().count("CodeNotRecognised") < 100 and time.monotonic() < until:
        page.wait_for_timeout(200)
    assert [code.decode() for code in dict.fromkeys(posted)] == codes
    assert aurora.kinds().count("CodeNotRecognised") == 100


def test_a_scan_survives_a_hiccup_and_counts_once(aurora: Aurora, page: Page) -> None:
    page.goto("/s/tablet")
    tried: list[str] = []

    def lose_two(route: object) -> None:
        tried.append("x")
        if len(tried) == 1:
            route.abort()  # type: ignore[attr-defined]
        elif len(tried) == 2:
            route.fetch()  # type: ignore[attr-defined] # it reaches the box, the answer is lost
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/scan", lose_two)
    Wedge(page).type(CODE)
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    page.wait_for_timeout(800)
    assert len(tried) == 3
    assert aurora.kinds().count("ProductScanned") == 1


def test_a_wall_that_is_no_reader_leaves_keys_alone(page: Page, posted: list[bytes]) -> None:
    page.goto("/s/wall")
    Wedge(page).type(CODE)
    page.wait_for_timeout(300)
    assert posted == []
