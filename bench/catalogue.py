"""What a catalogue file costs: asking it, changing it while it is read, turning to it, building it.

Each beside its floor in the same run: a code looked up beside a bare SELECT by primary key on the same file; readers
while a delta of 10,000 rows is applied beside the same readers with nobody writing; turning to a version that was
fetched beside `cp` of the file; the build at HQ beside `executemany` of the very rows it wrote and FTS5's own building
of the index, by the clock and in processor time.
"""

import gc
import random
import shutil
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.million import Million, place
from edge.catalogue import Catalogue, Shelf, Version, build, differ
from edge.catalogue.build import SETTINGS
from edge.catalogue.schema import INDEXES, TABLES, search_ddl
from edge.domain.article import Variant
from edge.domain.money import Money

CHANGED = 10_000
READ_S = 6.0


def run(*, short: bool = False) -> dict[str, Any]:
    """`lookup_over_select`, `reader_p99_over_idle`, `swap_over_cp`, `build_over_raw`, and what they were made of."""
    made, changed = (Million(20_000), 500) if short else (Million(1_000_000), CHANGED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        variants, stock = list(made.variants()), list(made.stock())
        gc.freeze()  # what lies ready is no part of the build: the collector need not go through it
        file = place(made.variants_wanted, folder)
        built = _build(file, 1, made, variants, stock)
        raw = _raw(file, folder / "raw.db")
        second, after = _repriced(variants, changed), folder / "2.db"
        _build(after, 2, made, second, stock, before=file)
        differ(file, after, folder / "delta")
        skus = [variant.sku for variant in random.Random(1).sample(variants, 2_000)]
        gtins = [variant.gtin or "" for variant in random.Random(2).sample(variants, 2_000)]
        del variants, second, stock
        gc.unfreeze()
        figures = _costs(built, raw) | _lookup(file, gtins) | _swap(folder, file) | _read(folder, file, skus, made)
        return {**figures, "variants": made.variants_wanted, "file_mb": round(file.stat().st_size / 1e6)}


class Cost:
    """Of a block: seconds by the clock, and of this process on a core."""

    def __enter__(self) -> "Cost":
        self.clock, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.clock, self.cpu = time.perf_counter() - self.clock, time.process_time() - self.cpu


def _costs(built: Cost, raw: Cost) -> dict[str, Any]:
    return {
        "build_s": round(built.clock, 1),
        "raw_s": round(raw.clock, 1),
        "build_over_raw": round(built.clock / raw.clock, 2),
        "build_cpu_s": round(built.cpu, 1),
        "raw_cpu_s": round(raw.cpu, 1),
        "build_over_raw_cpu": round(built.cpu / raw.cpu, 2),
    }


def _build(
    path: Path, n: int, made: Million, variants: Sequence[Variant], stock: Sequence[Any], before: Path | None = None
) -> Cost:
    with Cost() as cost:
        build(
            path,
            version=Version(1, n),
            products=made.products,
            variants=variants,
            stock=stock,
            reviews=(),
            stores=(),
            languages=("en",),
            before=before,
        )
    return cost


def _raw(built: Path, path: Path) -> Cost:
    """The same tables from rows that lie ready in memory."""
    with closing(sqlite3.connect(built)) as source, closing(sqlite3.connect(path)) as connection:
        names = ["product", "variant", "stock", "shelf", "category", "facet", "text_en", "word_en"]
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        with Cost() as cost:
            connection.executescript(f"{SETTINGS} {TABLES} {search_ddl('en')}")
            for name, those in rows.items():
                marks = ", ".join("?" * len(those[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", those)
            connection.execute("INSERT INTO search_en (search_en) VALUES ('rebuild')")
            connection.executescript(INDEXES)
            connection.commit()
    path.unlink()
    return cost


def _repriced(variants: Sequence[Variant], changed: int) -> list[Variant]:
    chosen = set(random.Random(3).sample(range(len(variants)), changed))
    dearer = Money(amount=1_234, currency="EUR")
    return [replace(one, price=dearer) if at in chosen else one for at, one in enumerate(variants)]


def _lookup(file: Path, gtins: Sequence[str]) -> dict[str, Any]:
    """Alternating, so that both see the same machine."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as bare, Catalogue.open(file) as catalogue:
        bare.execute("PRAGMA mmap_size=2147418112")
        numbers = [bare.execute("SELECT n FROM variant WHERE gtin = ?", (int(gtin),)).fetchone()[0] for gtin in gtins]
        select, code = list[float](), list[float]()
        for _ in range(5):
            for gtin, n in zip(gtins, numbers, strict=True):
                select.append(_timed(lambda n=n: bare.execute("SELECT * FROM variant WHERE n = ?", (n,)).fetchall()))
                code.append(_timed(lambda gtin=gtin: catalogue.by_gtin(gtin)))
    by_key, by_code = statistics.median(select), statistics.median(code)
    return {
        "lookup_us": round(by_code * 1e6, 1),
        "select_us": round(by_key * 1e6, 1),
        "lookup_over_select": round(by_code / by_key, 2),
    }


def _timed(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _swap(folder: Path, file: Path) -> dict[str, Any]:
    """Best of three each: turning moves and opens what was downloaded, its hash verified."""
    copied = min(_timed(lambda n=n: shutil.copyfile(file, folder / f"copy-{n}.db")) for n in range(3))
    turned = []
    for n in range(3):
        shelf = Shelf(folder / f"shelf-{n}")
        fetched = (folder / f"copy-{n}.db").rename(shelf.folder / "incoming.db")
        turned.append(_timed(lambda shelf=shelf, fetched=fetched: shelf.turn(Version(1, 1), fetched, verified=True)))
    return {
        "swap_s": round(min(turned), 2),
        "cp_s": round(copied, 2),
        "swap_over_cp": round(min(turned) / copied, 2),
    }


def _read(folder: Path, file: Path, skus: Sequence[str], made: Million) -> dict[str, Any]:
    """What a screen asks of an article, with nobody writing, and while the delta comes."""
    shelf = Shelf(folder / "read")
    shelf.turn(Version(1, 1), Path(shutil.copyfile(file, shelf.folder / "incoming.db")), verified=True)
    idle = _reading(shelf, skus, lambda: time.sleep(READ_S))
    took = list[float]()
    busy = _reading(shelf, skus, lambda: took.append(_timed(lambda: shelf.advance(Version(1, 2), folder / "delta"))))
    return {
        "reader_p99_ms": _p99(busy),
        "idle_p99_ms": _p99(idle),
        "reader_p99_over_idle": round(_p99(busy) / _p99(idle), 2),
        "delta_s": round(took[0], 2),
        "reads": len(busy),
    }


def _reading(shelf: Shelf, skus: Sequence[str], meanwhile: Callable[[], None]) -> list[float]:
    """Milliseconds of each screenful that one reader asked for while `meanwhile` ran."""
    ended, taken, chance = threading.Event(), list[float](), random.Random(4)

    def read() -> None:
        while not ended.is_set():
            sku = chance.choice(skus)
            taken.append(_timed(lambda sku=sku: _screen(shelf.current(), sku)) * 1_000)
            time.sleep(0.005)

    reader = threading.Thread(target=read)
    reader.start()
    meanwhile()
    ended.set()
    reader.join()
    return taken


def _screen(catalogue: Catalogue, sku: str) -> None:
    variant = catalogue.by_sku(sku)
    assert variant
    product = catalogue.product(variant.product_id)
    assert product
    catalogue.variants(product.id)
    catalogue.stock_of_product(product.id)
    catalogue.search(" ".join(product.title["en"].split()[:2]), "en")


def _p99(times: list[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.99)], 2)
