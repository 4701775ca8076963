"""A shop to measure: a catalogue of any size, and a running box over it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import requests

from edge.catalogue import Shelf, Version, build
from edge.codes import check_digit
from edge.demo.process import leashed
from edge.domain.article import Product, Stock, Store, Variant
from edge.domain.money import Money
from edge.pictures import Pictures
from hardware.simulated import SerialScanner

PER_PRODUCT = 5
PICTURES = Path(__file__).parents[1] / "edge" / "demo" / "shop" / "pictures"


def ean(i: int) -> str:
    stem = f"9506{i:08d}"
    return stem + check_digit(stem)


def _pictures(folder: Path, most: int | None) -> list[str]:
    """The demo shop's pictures under the names their content gives them, as a box keeps them."""
    pictures, names = Pictures(folder), []
    for path in sorted(PICTURES.glob("*.webp"))[:most]:
        content = path.read_bytes()
        names.append(f"{sha256(content).hexdigest()}.webp")
        pictures.put(names[-1], content)
        pictures.make_small(names[-1])
    return names or [""]


def _catalogue(folder: Path, variants: int, most_pictures: int | None) -> None:
    """Products of five sizes each; every third is in stock here."""
    pictures = _pictures(folder.parent / "pictures", most_pictures)
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
                gtin="0" + ean(i),
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


@dataclass(frozen=True, kw_only=True)
class RunningBox:
    """A real process, `pid`, and the serial scanner of its wall."""

    url: str
    pid: int
    scanner: SerialScanner


@contextmanager
def running_box(
    folder: Path, variants: int, tablets: Sequence[str] = (), most_pictures: int | None = None
) -> Iterator[RunningBox]:
    """A box with the station "wall", a staff station and `tablets`; its HQ is not there, which no scan waits for."""
    _catalogue(folder / "catalogue", variants, most_pictures)
    with SerialScanner() as scanner:
        config = folder / "tote.toml"
        stations = "".join(f'[[station]]\nid = "{name}"\nkind = "tablet"\n' for name in tablets)
        config.write_text(
            f'store = "bench"\ndir = "{folder}"\nlanguages = ["en"]\n[screen]\nport = 0\nidle_seconds = 3600\n'
            f'[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\nseal_key = "{"09" * 32}"\n'
            f'verify_key = "{"09" * 32}"\n[[station]]\nid = "wall"\nkind = "wall"\n'
            f'[[station]]\nid = "staff"\nkind = "staff"\n{stations}'
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
            yield RunningBox(url=url, pid=box.pid, scanner=scanner)
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


def codes(scans: int, variants: int) -> list[str]:
    """Articles spread over the whole catalogue, never the same twice in a row."""
    return [ean(i * 7919 % variants) for i in range(1, scans + 1)]
