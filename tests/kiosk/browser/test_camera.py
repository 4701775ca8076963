"""The camera of a tablet, in a real Chromium with a film in place of a lens.

Native `BarcodeDetector` does not exist in Chromium on Linux: where it is tried, a stub stands in for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import CHROMIUM, FLAGS
from tests.kiosk.aurora import Aurora
from tests.kiosk.browser.film import film, scene
from tests.kiosk.browser.test_axe import AXE, TAGS
from tests.kiosk.browser.test_journey import BOOT

CODE = "9506000100043"
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
ASKED = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{}'))"
SPY = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => (window.streams.push(await ask(wanted)), window.streams.at(-1));
"""
LIVE = "window.streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"

Open = Callable[..., Page]


@contextmanager
def filming(browser: Browser, path: Path) -> Iterator[Browser]:
    """Another Chromium whose camera plays the film."""
    flags = [*FLAGS, *FAKE, f"--use-file-for-fake-video-capture={path}"]
    another = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield another
    another.close()


@pytest.fixture(scope="module")
def with_code(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = film(tmp_path_factory.mktemp("film") / "code.mjpeg", *[scene(CODE, -6)] * 10)
    with filming(browser, path) as another:
        yield another


@pytest.fixture(scope="module")
def without(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = film(tmp_path_factory.mktemp("film") / "table.mjpeg", *[scene("")] * 10)
    with filming(browser, path) as another:
        yield another


@pytest.fixture
def tablet(box: str) -> Iterator[Open]:
    """Opens a station's page; fails the test on any error of its script or breach of its policy."""
    contexts, said = list[BrowserContext](), list[str]()

    def open_page(browser: Browser, *, script: str = SPY, station: str = "tablet", **options: object) -> Page:
        context = browser.new_context(base_url=box, **{"viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda told: said.append(told.text) if "Content Security" in told.text else None)
        page.add_init_script(script)
        page.goto(f"/s/{station}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def sheet(page: Page, state: str) -> None:
    expect(page.locator(f"dialog.camera[data-state={state}]")).to_be_visible()


def test_a_barcode_before_the_camera_is_scanned_once_and_the_camera_goes_off(
    aurora: Aurora, with_code: Browser, tablet: Open
) -> None:
    page = tablet(with_code)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.locator("[data-camera]").click()
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate(LIVE) == 0
    assert aurora.kinds().count("ProductScanned") == 1
    assert {"worker.js", "zxing_reader.wasm"} <= set(asked)
    expect(page.locator("h1")).to_be_focused()


def test_the_decoder_is_not_fetched_before_the_camera_is_opened(without: Browser, tablet: Open) -> None:
    page = tablet(without)
    page.get_by_test_id("begin").click()
    page.wait_for_timeout(300)
    fetched = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [name for name in fetched if "/camera/" in name]


def test_the_sheet_closes_by_button_escape_and_a_touch_beside_it(without: Browser, tablet: Open) -> None:
    page = tablet(without)
    for close in (
        lambda: page.get_by_test_id("camera-close").click(),
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(20, 400),
    ):
        page.locator("[data-camera]").click()
        sheet(page, "looking")
        assert page.evaluate(LIVE) == 1
        close()
        expect(page.locator("dialog")).to_have_count(0)
        assert page.evaluate(LIVE) == 0
        assert page.evaluate("document.activeElement.id") == "go-camera"


def test_the_camera_goes_off_with_the_visit_and_with_the_page(aurora: Aurora, without: Browser, tablet: Open) -> None:
    page = tablet(without)
    page.get_by_test_id("begin").click()
    page.locator(".screen[data-visit] [data-camera]").click()
    sheet(page, "looking")
    aurora.shop.end_visit("tablet")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate(LIVE) == 0
    page.locator("[data-camera]").click()
    sheet(page, "looking")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate(LIVE) == 0


def test_the_screen_may_change_beneath_the_sheet(aurora: Aurora, without: Browser, tablet: Open) -> None:
    page = tablet(without)
    page.get_by_test_id("begin").click()
    page.locator(".screen[data-visit] [data-camera]").click()
    sheet(page, "looking")
    aurora.shop.add_line("tablet", BOOT)
    expect(page.locator(".count")).to_have_text("1")
    sheet(page, "looking")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("NotAllowedError", "may not use the camera"),
        ("NotFoundError", "has no camera"),
        ("NotReadableError", "busy with something else"),
        ("TypeError", "can’t be used just now"),
    ],
)
def test_why_there_is_no_picture_is_said_in_plain_words(browser: Browser, tablet: Open, name: str, said: str) -> None:
    page = tablet(browser, script=ASKED.format(name))
    page.locator("[data-camera]").click()
    expect(page.locator("dialog .tell p:visible")).to_contain_text(said)
    expect(page.locator("dialog .view")).to_be_hidden()
    page.locator("dialog .primary").click()
    expect(page.get_by_test_id("search-input")).to_be_focused()
    expect(page.locator("dialog")).to_have_count(0)


def test_over_plain_http_the_fix_is_named(browser: Browser, tablet: Open) -> None:
    script = (
        "Object.defineProperty(window, 'isSecureContext', {value: false});"
        "Object.defineProperty(Navigator.prototype, 'mediaDevices', {value: undefined})"
    )
    page = tablet(browser, script=script)
    page.locator("[data-camera]").click()
    expect(page.locator("dialog .tell p:visible")).to_contain_text("secure pages only (https)")


@pytest.mark.parametrize(("language", "title"), [("de", "Mit der Kamera scannen"), ("et", "Skanni kaameraga")])
def test_the_sheet_speaks_the_shoppers_language(without: Browser, tablet: Open, language: str, title: str) -> None:
    page = tablet(without)
    page.get_by_test_id(f"language-{language}").click()
    page.locator(".screen[data-visit] [data-camera]").click()
    expect(page.locator("dialog h2")).to_have_text(title)
    assert page.locator("dialog").get_attribute("lang") == language


def test_a_reading_that_the_box_does_not_take_is_told(with_code: Browser, tablet: Open) -> None:
    page = tablet(with_code)
    page.route("**/scan", lambda route: route.abort())
    page.locator("[data-camera]").click()
    expect(page.locator("dialog .tell p:visible")).to_contain_text("has lost its connection", timeout=12_000)
    page.unroute("**/scan")
    page.wait_for_timeout(1500)  # still held there: it does not count again
    sheet(page, "lost")


STUB = """
window.shown = [];
window.BarcodeDetector = class {
  static getSupportedFormats = async () => ['ean_13', 'qr_code', 'upc_e'];
  constructor({ formats }) { window.formats = formats; }
  detect = async () => window.shown;
};
"""


def test_the_browsers_own_detector_is_taken_where_there_is_one(aurora: Aurora, without: Browser, tablet: Open) -> None:
    page = tablet(without, script=SPY + STUB)
    page.locator("[data-camera]").click()
    sheet(page, "looking")
    page.evaluate(f"window.shown = [{{format: 'ean_13', rawValue: '{CODE}'}}]")
    expect(page.locator(f'[data-sku="{BOOT}"]')).to_be_attached()
    assert page.evaluate("window.formats") == ["ean_13", "qr_code"]
    fetched = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [name for name in fetched if "/camera/" in name]
    assert aurora.kinds().count("ProductScanned") == 1


def test_what_one_picture_alone_shows_is_no_scan(aurora: Aurora, without: Browser, tablet: Open) -> None:
    every_other = "async () => (window.looked = (window.looked ?? 0) + 1) % 2 ? window.shown : []"
    page = tablet(without, script=SPY + STUB.replace("async () => window.shown", every_other))
    page.locator("[data-camera]").click()
    sheet(page, "looking")
    page.evaluate(f"window.shown = [{{format: 'ean_13', rawValue: '{CODE}'}}]")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.looked") > 6
    sheet(page, "looking")
    assert "ProductScanned" not in aurora.kinds()


def test_a_wall_has_no_camera_unless_it_is_configured(without: Browser, tablet: Open) -> None:
    page = tablet(without, station="wall")
    expect(page.locator("[data-camera]")).to_have_count(0)


@pytest.mark.skipif(not AXE.exists(), reason="node_modules/axe-core is missing: run npm ci")
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_axe_finds_nothing_on_the_sheet(
    without: Browser, browser: Browser, tablet: Open, width: int, height: int
) -> None:
    size = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    for page, state in (
        (tablet(without, **size), "looking"),
        (tablet(browser, script=ASKED.format("NotAllowedError"), **size), "denied"),
    ):
        page.locator("[data-camera]").click()
        sheet(page, state)
        page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe")
        found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]] == []
