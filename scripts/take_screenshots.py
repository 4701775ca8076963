"""Goes through the journey in headless Chromium against the real demo and keeps what it sees.

Each picture is taken at the real size of its screen (wall 2160x3840 and 3840x2160, tablet 1280x800, phone 390x844, desk
1440x900) and kept as WebP, the wall's scaled down so that the repository stays small.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy
import requests
import zxingcpp
from playwright.sync_api import Browser, Page, sync_playwright

from edge.demo.plan import COLLEAGUES

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WALL, WALL_WIDE, TABLET, PHONE, DESK = (2160, 3840), (3840, 2160), (1280, 800), (390, 844), (1440, 900)
THERE = """document.fonts.ready.then(() => Promise.all([...document.images]
    .filter((one) => { const box = one.getBoundingClientRect(); return box.width && box.top < innerHeight })
    .map((one) => one.decode().catch(() => 0))))"""
"""Fonts, and every picture that is to be seen."""
LONGEST = 1920
"""Pixels of the longer side of a kept picture."""
MAIL = "mari.maasikas@example.org"
BOOT_EAN, BACKPACK_EAN = "9506000100043", "9506000300016"
CARD, OTHER_CARD = "2912345678901", "2900000000001"
BOOT, BACKPACK, CANOE = "RANNIK-AMBER-42", "RANDUR-LINGONBERRY", "EMAJOGI-CLAY"
SOLD_OUT = "RANNIK-AMBER-40"


def main() -> int:
    with demo() as urls, sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        in_the_shop(browser, urls)
        by_staff(browser, urls["box"])
        at_home(browser, urls)
        at_hq(browser, urls)
        browser.close()
    return 0


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """The addresses of a running demo."""
    tote = Path(sys.executable).parent / "tote"
    running = subprocess.Popen([tote, "demo", "--json"], stdout=subprocess.PIPE)
    assert running.stdout
    try:
        yield json.loads(running.stdout.readline())
    finally:
        running.terminate()
        running.wait(30)
        running.stdout.close()


def in_the_shop(browser: Browser, urls: dict[str, str]) -> None:
    box = urls["box"]
    wall = opened(browser, f"{box}/s/wall", WALL)
    keep(wall, "wall-attract")
    wide = opened(browser, f"{box}/s/wall", WALL_WIDE)
    keep(wide, "wall-attract-landscape")
    show(box, "wall", "article", sku=BOOT)
    keep(wall, "wall-article")
    keep(wide, "wall-article-landscape")
    show(box, "wall", "article", sku=SOLD_OUT, sheet="yes")
    keep(wide, "wall-article-sold-out")
    show(box, "wall", "article", sku=BOOT)
    keep_comforts(wall, box, "wall", "wall-article-low", low="1")
    keep_comforts(wide, box, "wall", "wall-article-landscape-low", low="1")
    show(box, "wall", "browse")
    keep(wall, "wall-browse")
    for sku in (BOOT, BACKPACK, CANOE):
        post(box, "/s/wall/basket/lines", sku=sku)
    show(box, "wall", "basket")
    keep(wall, "wall-basket")
    keep_comforts(wide, box, "wall", "wall-basket-landscape-low", low="1")
    wide.close()
    requests.delete(f"{box}/s/wall/basket/lines/{CANOE}", timeout=10).raise_for_status()
    keep(wall, "wall-basket-undo")
    post(box, "/s/wall/basket/undo")
    show(box, "wall", "send")
    keep(wall, "wall-send")
    tablet = opened(browser, f"{box}/s/tablet", TABLET)
    show(box, "tablet", "article", sku=BACKPACK)
    keep(tablet, "tablet-article")
    show(box, "tablet", "tell-me", sku=SOLD_OUT)
    tablet.get_by_test_id("by-sms").check(force=True)
    keep(tablet, "tablet-tell-me")
    show(box, "tablet", "article", sku=BACKPACK)
    show(box, "tablet", "browse")
    keep(tablet, "tablet-looked-at")
    post(box, "/s/tablet/hand-over")
    keep(tablet, "tablet-elsewhere")
    greeted(box, tablet)
    show(box, "tablet", "article", sku=BACKPACK)
    keep_comforts(tablet, box, "tablet", "tablet-article-contrast", text="largest", contrast="1")
    keep(opened(browser, f"{box}/s/tablet/pair?code=K7QM-3TXB", TABLET), "pairing")
    staff = opened(browser, f"{box}/s/staff", TABLET)
    keep(staff, "staff")
    post(box, "/s/tablet/help")
    keep(tablet, "tablet-help")
    keep(staff, "staff-help")
    requests.delete(f"{box}/s/tablet/help", timeout=10).raise_for_status()
    onto_phone(browser, wall)
    send(wall)
    keep(wall, "wall-sent")


def onto_phone(browser: Browser, wall: Page) -> None:
    """What the code on the wall opens."""
    pixels = cv2.imdecode(numpy.frombuffer(wall.screenshot(), numpy.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    (code,) = zxingcpp.read_barcodes(pixels)
    keep(opened(browser, code.text, PHONE), "basket-page-by-code")


def greeted(box: str, tablet: Page) -> None:
    """A card that HQ does not know, and another one while a basket is open."""
    for number, name in ((CARD, "tablet-welcome"), (OTHER_CARD, "tablet-whose")):
        requests.post(f"{box}/s/tablet/scan", json={"text": number}, timeout=10).raise_for_status()
        keep(tablet, name)
        post(box, "/s/tablet/basket/lines", sku=BACKPACK)
    post(box, "/s/tablet/done")


def keep_comforts(page: Page, box: str, station: str, name: str, **chosen: str) -> None:
    """The page with these comforts, which are taken back after it."""
    for each, value in chosen.items():
        post(box, f"/s/{station}/comfort", name=each, value=value)
    keep(page, name)
    for each in chosen:
        post(box, f"/s/{station}/comfort", name=each, value="normal" if each == "text" else "")


def send(wall: Page) -> None:
    wall.get_by_test_id("mail-input").fill(MAIL)
    for purpose in ("marketing", "profiling"):
        wall.locator(f"label:has(#consent-{purpose})").click()
    wall.get_by_test_id("send-now").click()
    wall.wait_for_selector('[data-screen="sent"]')


def by_staff(browser: Browser, box: str) -> None:
    """Somebody sent a basket to be collected; a colleague gathers it, counts, labels and writes tags."""
    for sku in (BOOT, BACKPACK):
        post(box, "/s/tablet/basket/lines", sku=sku, fulfilment="collect")
    post(box, "/s/tablet/send", mail=MAIL)
    tablet = opened(browser, f"{box}/s/staff", TABLET)
    sign_in(box, tablet, "staff-pin")
    keep(tablet, "staff-queue")
    tablet.get_by_test_id("ticket").first.click()
    tablet.get_by_test_id("tick").first.click()
    keep(tablet, "staff-gather")
    phone = opened(browser, f"{box}/s/staff", PHONE)
    sign_in(box, phone, "staff-phone-pin")
    keep(phone, "staff-phone-gather")
    phone.get_by_test_id("go-queue").click()
    keep(phone, "staff-phone-queue")
    show(box, "staff", "article", sku=BOOT)
    keep(tablet, "staff-article")
    keep(phone, "staff-phone-article")
    tablet.get_by_test_id("do-count").click()
    tablet.get_by_test_id("tally-count").wait_for()
    for _ in range(3):
        scan(box, tablet, BOOT_EAN)
    keep(tablet, "staff-count")
    keep(phone, "staff-phone-count")
    show(box, "staff", "article", sku=BOOT)
    tablet.get_by_test_id("do-label").click()
    tablet.get_by_test_id("tally-labels").wait_for()
    scan(box, tablet, BACKPACK_EAN)
    keep(tablet, "staff-labels")
    show(box, "staff", "article", sku=BOOT)
    tablet.get_by_test_id("do-tags").click()
    keep(tablet, "staff-tags")
    keep(phone, "staff-phone-tags")
    tablet.get_by_test_id("sign-out").click()
    phone.get_by_test_id("sign-out").click()


def sign_in(box: str, page: Page, name: str) -> None:
    """Badge, then PIN; the pad is kept as `name`."""
    colleague = COLLEAGUES[0]
    scan(box, page, colleague.badge)
    page.get_by_test_id("pin-input").wait_for()
    keep(page, name)
    page.get_by_test_id("pin-input").fill(colleague.pin)
    page.get_by_test_id("pin-go").click()
    page.get_by_test_id("go-queue").wait_for()


def scan(box: str, page: Page, text: str) -> None:
    """As a reader elsewhere posts it."""
    body = {"symbology": "code128", "text": text, "reader": "gun"}
    requests.post(f"{box}/s/staff/scan", json=body, timeout=10).raise_for_status()
    page.wait_for_timeout(300)


def at_home(browser: Browser, urls: dict[str, str]) -> None:
    message = wait_for(lambda: requests.get(f"{urls['inbox']}/messages.json", timeout=5).json())[-1]
    mail = opened(browser, f"{urls['inbox']}/mails/{message['id']}/html", (700, 1400))
    keep(mail, "mail")
    link = mail.locator("a[href*='/b/']").first.get_attribute("href")
    assert link
    phone = opened(browser, link, PHONE)
    keep(phone, "basket-page")


def at_hq(browser: Browser, urls: dict[str, str]) -> None:
    desk = opened(browser, urls["hq"], DESK)
    keep(desk, "hq")
    desk.goto(f"{urls['hq']}/people")
    desk.locator("a[href*='/people/']").first.click()
    settle(desk)
    keep(desk, "hq-person")


def opened(browser: Browser, url: str, size: tuple[int, int]) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.goto(url)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Fonts and pictures are there: a machine that is busy takes its time."""
    page.wait_for_timeout(1500)
    page.evaluate(THERE)
    page.wait_for_timeout(300)


def show(box: str, station: str, screen: str, **form: str) -> None:
    post(box, f"/s/{station}/show/{screen}", **form)


def post(box: str, path: str, **form: str) -> None:
    requests.post(box + path, data=form, timeout=10).raise_for_status()


def keep(page: Page, name: str) -> None:
    settle(page)
    pixels = cv2.imdecode(numpy.frombuffer(page.screenshot(), numpy.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    scale = min(1.0, LONGEST / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    IMAGES.mkdir(exist_ok=True)
    cv2.imwrite(str(IMAGES / f"{name}.webp"), small, [cv2.IMWRITE_WEBP_QUALITY, 82])
    sys.stderr.write(f"{name}.webp\n")


def wait_for(ask: Any, seconds: float = 30) -> Any:
    """What `ask` returns, once it is something."""
    ends = time.monotonic() + seconds
    while not (found := ask()):
        if time.monotonic() > ends:
            raise TimeoutError("the mail did not arrive in time")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    sys.exit(main())
