"""From the last byte written to the scanner's pty to the painted article, beside the floor of a bare page.

The box is a real process (`tote run`) with a real serial driver on a pty, a catalogue of 100,000 variants and a wall of
2160x3840 in headless Chromium. The floor is a bare page of the same size without a style sheet, which is sent the very
same fragments by server-sent events from a bare server in the same run. "Painted" is, for both, the second animation
frame after the fragment is in the page.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.floor import Floor
from edge.catalogue import Shelf, Version, build
from edge.codes import check_digit
from edge.demo.process import leashed
from edge.domain.article import Product, Stock, Store, Variant
from edge.domain.money import Money
from edge.pictures import Pictures
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
PER_PRODUCT = 5
PICTURES = Path(__file__).parents[1] / "edge" / "demo" / "shop" / "pictures"
NEXT = """(name) => { window.painted = new Promise((done, failed) => {
    document.addEventListener(name, () => done(performance.timeOrigin + performance.now()), {once: true});
    setTimeout(() => failed(`no ${name} within 10 s`), 10000) }) }"""


def run(*, short: bool = False) -> dict[str, Any]:
    """`p50_ms`, `p95_ms`, the floor's, and `p95_over_floor`; sizes stand beside them."""
    variants, scans = (2_000, 20) if short else (100_000, 200)
    with (
        tempfile.TemporaryDirectory() as folder,
        _box(Path(folder), variants) as (url, scanner),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        fragments = _fragments(url, scanner, scans, variants)
        ours = _scans(browser, url, scanner, scans, variants)
        floor = _floor(browser, fragments)
        browser.close()
    return _figures(ours, floor, variants, statistics.mean(map(len, fragments)))


def _figures(ours: list[float], floor: list[float], variants: int, size: float) -> dict[str, Any]:
    p95, floor_p95 = _p95(ours), _p95(floor)
    return {
        "p50_ms": round(statistics.median(ours), 1),
        "p95_ms": round(p95, 1),
        "floor_p50_ms": round(statistics.median(floor), 1),
        "floor_p95_ms": round(floor_p95, 1),
        "p95_over_floor": round(p95 / floor_p95, 2),
        "scans": len(ours),
        "variants": variants,
        "fragment_bytes": round(size),
        "viewport": "2160x3840",
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _ean(i: int) -> str:
    stem = f"9506{i:08d}"
    return stem + check_digit(stem)


def _pictures(folder: Path) -> list[str]:
    """The demo shop's pictures under the names their content gives them, as a box keeps them."""
    pictures, names = Pictures(folder), []
    for path in sorted(PICTURES.glob("*.webp")):
        content = path.read_bytes()
        names.append(f"{sha256(content).hexdigest()}.webp")
        pictures.put(names[-1], content)
        pictures.make_small(names[-1])
    return names or [""]


def _catalogue(folder: Path, variants: int) -> None:
    """Products of five sizes each; every third is in stock here."""
    pictures = _pictures(folder.parent / "pictures")
    products = variants // PER_PRODUCT
    shelf = Shelf(folder)
    file = folder / "incoming.db"
    build(
        file,
        version=Version(1, 1),
        products=(
            Product(
                id=f"P{i}",
                brand="Aurora",
                category=f"Shelf {i % 40}",
                title={"en": f"Article {i} of the long shelf"},
                story={"en": "Two words about it.\n\nAnd two more, so that there is something to lay out." * 2},
                goes_with=tuple(f"P{(i + j) % products}" for j in (1, 2, 3)),
            )
            for i in range(products)
        ),
        variants=(
            Variant(
                sku=f"S{i}",
                product_id=f"P{i // PER_PRODUCT}",
                gtin="0" + _ean(i),
                price=Money(amount=1000 + i % 20_000, currency="EUR"),
                size=str(40 + i % PER_PRODUCT),
                colour="Brown",
                colour_code="#7a4a2b",
                picture=pictures[i // PER_PRODUCT % len(pictures)],
                position=i % PER_PRODUCT,
            )
            for i in range(variants)
        ),
        stock=(Stock(sku=f"S{i}", store="bench", quantity=3, as_of=0) for i in range(0, variants, 3)),
        reviews=(),
        stores=(Store(id="bench", name="Bench"),),
        languages=("en",),
    )
    shelf.turn(Version(1, 1), file)


@contextmanager
def _box(folder: Path, variants: int) -> Iterator[tuple[str, SerialScanner]]:
    """A running box and its scanner; its HQ is not there, which no scan waits for."""
    _catalogue(folder / "catalogue", variants)
    with SerialScanner() as scanner:
        config = folder / "tote.toml"
        config.write_text(
            f'store = "bench"\ndir = "{folder}"\nlanguages = ["en"]\n[screen]\nport = 0\nidle_seconds = 3600\n'
            f'[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\nseal_key = "{"09" * 32}"\n'
            f'verify_key = "{"09" * 32}"\n[[station]]\nid = "wall"\nkind = "wall"\n'
            f'[[reader]]\nname = "scanner"\nstation = "wall"\ndriver = "barcode_serial"\npath = "{scanner.path}"\n'
        )
        tote = [sys.executable, "-c", "from edge.cli import main; raise SystemExit(main())"]
        with (folder / "box.log").open("wb") as log:
            box = subprocess.Popen(
                leashed([*tote, "run", "--config", str(config), "--json"]), stdout=subprocess.PIPE, stderr=log
            )
        assert box.stdout
        try:
            url = json.loads(box.stdout.readline())["url"]
            _wait_for_reader(url)
            yield url, scanner
        finally:
            box.terminate()
            box.wait(10)
            box.stdout.close()


def _wait_for_reader(url: str) -> None:
    for _ in range(100):
        if all(reader["state"] == "up" for reader in requests.get(f"{url}/status.json", timeout=5).json()["readers"]):
            return
        time.sleep(0.1)
    raise TimeoutError("the simulated scanner did not come up")


def _codes(scans: int, variants: int) -> list[str]:
    """Articles spread over the whole catalogue, never the same twice in a row."""
    return [_ean(i * 7919 % variants) for i in range(1, scans + 1)]


def _fragments(url: str, scanner: SerialScanner, scans: int, variants: int) -> list[bytes]:
    """What the box sends for each scan, to the byte: the floor sends the same."""
    found = []
    with requests.get(f"{url}/s/wall/stream", stream=True, timeout=10) as stream:
        events = _events(stream)
        for code in _codes(scans, variants):
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
        _painted(page, "tote:painted", lambda code=code: scanner.type(code.encode() + b"\r"))
        for code in _codes(scans, variants)
    ]


def _floor(browser: Browser, fragments: list[bytes]) -> list[float]:
    with Floor() as floor:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(floor.url)
        floor.wait_for_stream()
        return [_painted(page, "floor:painted", lambda f=fragment: floor.send(f)) for fragment in fragments]


def _painted(page: Page, event: str, send: Any) -> float:
    """Milliseconds from just before `send` to the paint; both clocks are this machine's."""
    page.evaluate(NEXT, event)
    began = time.time() * 1000
    send()
    painted = float(page.evaluate("() => window.painted"))
    page.wait_for_timeout(40)
    return painted - began
