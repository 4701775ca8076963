"""From the last byte written to the scanner's pty to the painted article, beside the floor of a bare page.

The box is a real process (`tote run`) with a real serial driver on a pty, a catalogue of 100,000 variants and a wall of
2160x3840 in headless Chromium. The floor is a bare page of the same size without a style sheet, which is sent the very
same fragments by server-sent events from a bare server in the same run. "Painted" is, for both, the second animation
frame after the fragment is in the page.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.floor import Floor
from bench.shop import codes, running_box
from hardware.simulated import SerialScanner

VIEWPORT: ViewportSize = {"width": 2160, "height": 3840}
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEXT = """(name) => { window.painted = new Promise((done, failed) => {
    document.addEventListener(name, () => done(performance.timeOrigin + performance.now()), {once: true});
    setTimeout(() => failed(`no ${name} within 10 s`), 10000) }) }"""


def run(*, short: bool = False) -> dict[str, Any]:
    """`p50_ms`, `p95_ms`, the floor's, and `p95_over_floor`; sizes stand beside them."""
    variants, scans = (2_000, 20) if short else (100_000, 200)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_box(Path(folder), variants) as box,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        fragments = _fragments(box.url, box.scanner, scans, variants)
        ours = _scans(browser, box.url, box.scanner, scans, variants)
        floor = _floor(browser, fragments)
        browser.close()
    return _figures(ours, floor, variants, statistics.mean(map(len, fragments)))


def _figures(ours: list[float], floor: list[float], variants: int, size: float) -> dict[str, Any]:
    ours_p95, floor_p95 = p95(ours), p95(floor)
    return {
        "p50_ms": round(statistics.median(ours), 1),
        "p95_ms": round(ours_p95, 1),
        "floor_p50_ms": round(statistics.median(floor), 1),
        "floor_p95_ms": round(floor_p95, 1),
        "p95_over_floor": round(ours_p95 / floor_p95, 2),
        "scans": len(ours),
        "variants": variants,
        "fragment_bytes": round(size),
        "viewport": "2160x3840",
    }


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _fragments(url: str, scanner: SerialScanner, scans: int, variants: int) -> list[bytes]:
    """What the box sends for each scan, to the byte: the floor sends the same."""
    found = []
    with requests.get(f"{url}/s/wall/stream", stream=True, timeout=10) as stream:
        events = _events(stream)
        for code in codes(scans, variants):
            scanner.type(code.encode() + b"\r")
            found.append(next(event for event in events if b'data-screen="article"' in event))
    return found


def _events(stream: requests.Response) -> Iterator[bytes]:
    """The raw bytes of each "screen" event."""
    event: list[bytes] = []
    for line in stream.iter_lines(chunk_size=1):
        if line:
            event.append(line)
            continue
        if b"event: screen" in event:
            yield b"\n".join(event) + b"\n\n"
        event = []


def _scans(browser: Browser, url: str, scanner: SerialScanner, scans: int, variants: int) -> list[float]:
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{url}/s/wall")
    page.wait_for_timeout(1000)
    return [
        painted(page, "tote:painted", lambda code=code: scanner.type(code.encode() + b"\r"))
        for code in codes(scans, variants)
    ]


def _floor(browser: Browser, fragments: list[bytes]) -> list[float]:
    with Floor() as floor:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(floor.url)
        floor.wait_for_stream()
        return [painted(page, "floor:painted", lambda f=fragment: floor.send(f)) for fragment in fragments]


def painted(page: Page, event: str, send: Any) -> float:
    """Milliseconds from just before `send` to the paint; both clocks are this machine's."""
    page.evaluate(NEXT, event)
    began = time.time() * 1000
    send()
    painted = float(page.evaluate("() => window.painted"))
    page.wait_for_timeout(40)
    return painted - began
