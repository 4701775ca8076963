"""The screens on a box: first paint, touches and bytes of every page, fifty stations at once, and a long day's memory.

The box is a real process with 10,000 variants; the browser is headless Chromium with software rendering. Beside it, in
the same run, a bare Flask page in the same web server, and (`first_paint_floor_ms`) one of a wall's size with nothing
but a picture and a line. "Fifty stations": one real browser at the wall and 49 event streams of other stations, at each
of which somebody scans every ten seconds; the scans measured are the wall's.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import pages, wear
from bench.scan import CHROMIUM, VIEWPORT, p95, painted
from bench.shop import RunningBox, codes, running_box
from bench.shows import cpu_of_the_showcase
from edge.demo.process import leashed

TABLETS = [f"tablet-{i}" for i in range(49)]
HOURS, VISITS_AN_HOUR = 8, 300
"""Of simulated use: ten busy stations, each with a shopper every two minutes."""


def run(*, short: bool = False) -> dict[str, Any]:
    """`first_paint_ms` (of the slowest page), `bytes_per_page`, `p95_50_over_1`, `growth_mb`, and what they mean."""
    variants, times, scans, viewed = (2_000, 2, 10, 200) if short else (10_000, 9, 100, 10_000)
    visited = 40 if short else HOURS * VISITS_AN_HOUR
    with (
        tempfile.TemporaryDirectory() as folder,
        running_box(Path(folder), variants, TABLETS, most_pictures=12) as box,
        _bare() as (bare_url, bare_pid),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        figures = _told(
            {
                **_of_pages(browser, box, bare_url, times),
                **_of_stations(browser, box, scans, variants),
                **cpu_of_the_showcase(browser, box.url, 4 if short else 30),
            }
        )
        browser.close()
        return {**figures, **_of_memory(box, bare_url, bare_pid, viewed, visited, variants), "variants": variants}


def _told(figures: dict[str, Any]) -> dict[str, Any]:
    """What is known already, to whoever waits: the memory of a long day takes a quarter of an hour."""
    print(json.dumps(figures), file=sys.stderr, flush=True)
    return figures


def _of_pages(browser: Browser, box: RunningBox, bare_url: str, times: int) -> dict[str, Any]:
    paints, touched = pages.first_paints(browser, box.url, times), pages.touches(browser, box.url, times)
    loaded = pages.bytes_per_page(browser, box.url)
    return {
        "first_paint_ms": max(paints.values()),
        "first_paint_bare_ms": pages.first_paint_of(browser, bare_url, times),
        "first_paint_floor_ms": pages.first_paint_of(browser, f"{bare_url}/picture", times),
        "first_paints": paints,
        "touch_ms": max(touched.values()),
        "touches": touched,
        "bytes_per_page": max(loaded.values()),
    }


def _of_stations(browser: Browser, box: RunningBox, scans: int, variants: int) -> dict[str, Any]:
    """The same scans alone, among 49 others, and alone again: other work of the machine shows in the two alone."""
    before = _scans(browser, box, scans, variants)
    with _crowd(box.url, TABLETS):
        crowded = _scans(browser, box, scans, variants)
    alone = [*before, *_scans(browser, box, scans, variants)]
    return {
        "p50_1_ms": round(statistics.median(alone), 1),
        "p50_50_ms": round(statistics.median(crowded), 1),
        "p95_1_ms": round(p95(alone), 1),
        "p95_50_ms": round(p95(crowded), 1),
        "p95_50_over_1": round(p95(crowded) / p95(alone), 2),
        "scans": scans,
    }


def _scans(browser: Browser, box: RunningBox, scans: int, variants: int) -> list[float]:
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{box.url}/s/wall")
    page.wait_for_timeout(1000)
    took = [
        painted(page, "tote:painted", lambda code=code: box.scanner.type(code.encode() + b"\r"))
        for code in codes(scans, variants)
    ]
    page.close()
    return took


def _of_memory(
    box: RunningBox, bare_url: str, bare_pid: int, viewed: int, visited: int, variants: int
) -> dict[str, Any]:
    """Growth from a tenth of the use, which fills caches, to all of it."""
    stations = ["wall", *TABLETS[:9]]
    paths = [f"/s/{station}" for station in stations]
    for use in (viewed // 10, viewed):
        wear.views(box.url, paths, use)
        wear.visits(box.url, stations, visited * use // viewed, variants)
        wear.views(bare_url, ["/"], use)
        if use < viewed:
            began, bare_began = wear.rss_mb(box.pid), wear.rss_mb(bare_pid)
    return {
        "growth_mb": round(wear.rss_mb(box.pid) - began, 1),
        "growth_bare_mb": round(wear.rss_mb(bare_pid) - bare_began, 1),
        "rss_mb": round(wear.rss_mb(box.pid), 1),
        "rss_bare_mb": round(wear.rss_mb(bare_pid), 1),
        "views": viewed,
        "visits": visited,
    }


@contextmanager
def _crowd(url: str, stations: Sequence[str]) -> Iterator[None]:
    argv = leashed([sys.executable, "-m", "bench.crowd", url, *stations])
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as crowd:
        assert crowd.stdout and crowd.stdin
        if crowd.stdout.readline() != b"open\n":
            raise ConnectionError("the other stations' streams did not open")
        time.sleep(1)
        try:
            yield
            if crowd.poll() is not None:
                raise ConnectionError("the other stations left before the end")
        finally:
            crowd.stdin.close()


@contextmanager
def _bare() -> Iterator[tuple[str, int]]:
    with subprocess.Popen(leashed([sys.executable, "-m", "bench.bare"]), stdout=subprocess.PIPE) as bare:
        assert bare.stdout
        try:
            yield bare.stdout.readline().decode().strip(), bare.pid
        finally:
            bare.kill()
