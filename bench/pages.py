"""What a browser says of each page: when it first painted, how long a touch takes, and what it had to load."""

import gzip
import statistics
from collections.abc import Iterator

import requests
from playwright.sync_api import Browser, Page, ViewportSize

from bench.scan import NEXT

SIZES: dict[str, ViewportSize] = {
    "wall": {"width": 2160, "height": 3840},
    "tablet-0": {"width": 1280, "height": 800},
    "staff": {"width": 1280, "height": 800},
}
ARTICLE = "S3"
Shown = tuple[str, dict[str, str]]
PAGES: dict[str, Shown | None] = {
    "attract": None,
    "browse": ("show/browse", {}),
    "search": ("search", {"query": "long shelf"}),
    "article": ("show/article", {"sku": ARTICLE}),
    "basket": ("show/basket", {}),
    "send": ("show/send", {}),
}
FIRST_PAINT = """() => new Promise((done) => {
    const look = (list) => list.getEntries().forEach((e) => e.name === "first-contentful-paint" && done(e.startTime));
    new PerformanceObserver(look).observe({ type: "paint", buffered: true }) })"""
LOADED = """() => performance.getEntriesByType("resource")
    .filter((e) => ["script", "link", "css"].includes(e.initiatorType) && /\\.(js|css)$/.test(new URL(e.name).pathname))
    .map((e) => e.name)"""
TOUCHES: tuple[tuple[str, str], ...] = (
    ("all articles", "#go-all"),
    ("an article", "[data-card]"),
    ("another size", "button.size[aria-pressed=false]"),
    ("into the basket", "[data-test=add]"),
    ("the basket", "#go-basket"),
    ("where to send it", "[data-test=send]"),
)


def first_paints(browser: Browser, url: str, times: int) -> dict[str, float]:
    """Median milliseconds from the start of the navigation to the first contentful paint, by station and page. The
    browser has its cache, as a screen that is on all day has."""
    found = {}
    for station, page in _opened(browser, url):
        for name, shown in PAGES.items():
            if station == "staff" and name not in ("attract", "article"):
                continue
            _turn(url, station, shown)
            paints = []
            for _ in range(times):
                page.goto(f"{url}/s/{station}")
                paints.append(float(page.evaluate(FIRST_PAINT)))
            found[f"{station} {name}"] = round(statistics.median(paints), 1)
            _turn(url, station, None)
    return found


def first_paint_of(browser: Browser, url: str, times: int) -> float:
    """The same of one page."""
    page = browser.new_page(viewport=SIZES["wall"])
    paints = []
    for _ in range(times):
        page.goto(url)
        paints.append(float(page.evaluate(FIRST_PAINT)))
    page.close()
    return round(statistics.median(paints), 1)


def bytes_per_page(browser: Browser, url: str) -> dict[str, int]:
    """Scripts and styles of each page, each compressed by itself (gzip; what the box sends is not)."""
    found = {}
    for station, page in _opened(browser, url):
        page.goto(f"{url}/s/{station}")
        page.wait_for_timeout(500)
        found[station] = sum(
            len(gzip.compress(requests.get(name, timeout=5).content)) for name in page.evaluate(LOADED)
        )
    return found


def touches(browser: Browser, url: str, times: int) -> dict[str, float]:
    """Median milliseconds from a finger's click in the page to the painted answer, on the wall."""
    page = browser.new_page(viewport=SIZES["wall"])
    page.goto(f"{url}/s/wall")
    took: dict[str, list[float]] = {}
    for _ in range(times):
        _turn(url, "wall", PAGES["browse"])
        page.wait_for_timeout(200)
        for name, selector in TOUCHES:
            took.setdefault(name, []).append(_touch(page, selector))
    page.close()
    _turn(url, "wall", None)
    return {name: round(statistics.median(each), 1) for name, each in took.items()}


def _touch(page: Page, selector: str) -> float:
    page.wait_for_timeout(150)
    page.evaluate(NEXT, "tote:painted")
    began = page.evaluate(
        "(s) => { const b = document.querySelector(s); const t = performance.timeOrigin + performance.now();"
        " b.click(); return t }",
        selector,
    )
    return float(page.evaluate("() => window.painted")) - float(began)


def _opened(browser: Browser, url: str) -> Iterator[tuple[str, Page]]:
    for station, size in SIZES.items():
        page = browser.new_page(viewport=size)
        page.goto(f"{url}/s/{station}")
        yield station, page
        page.close()


def _turn(url: str, station: str, shown: Shown | None) -> None:
    path, form = shown or ("done", {})
    requests.post(f"{url}/s/{station}/{path}", data=form, timeout=10).raise_for_status()
