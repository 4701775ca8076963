"""A box is killed, or its disk runs full, while it takes a version of the catalogue: whole, or by a delta.

Kills come before the n-th thing it does with a file, inside the n-th part of what SQLite does, or after some
milliseconds; disks are as small as chance wants. After it the box shows the old or the new version, whole: every table,
every occurrence of every word, and searching. The next attempt gets to the new one.
"""

import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import requests

from edge.catalogue import Shelf, Version
from edge.catalogue import patch as patching
from edge.domain.article import Product, Stock, Variant
from edge.domain.money import Money
from edge.feeds.catalogue import Versions
from edge.feeds.fetching import Fetching
from edge.feeds.stock import StockFeed
from sync.codec import FeedHead
from tests.edge.catalogue.test_delta import WORDS, tables, write
from tests.edge.feeds.hq import Hq, serve
from tests.torture.children import _forks as nursery
from tests.torture.disks import enlarge, fill, small_disk
from tests.torture.report import Report

NAME, SHORT, LONG, CHUNK = "catalogue", 80, 2_000, 200
PRODUCTS = 300
FILES = frozenset({"open", "os.rename", "os.remove", "os.truncate", "sqlite3.connect", "os.listdir", "socket.connect"})
"""What Python tells of as it does it: before each of them a box may die."""
LATEST = {"file": 40, "sqlite": 200, "time": 150}
"""The last step at which a box is killed: of those, of SQLite's, in milliseconds."""
ROOM = 64 * 1024
KINDS = ("kill whole", "kill delta", "full whole", "full delta")
PATIENCE = 60


@dataclass(frozen=True)
class Stand:
    """An HQ with two versions, a box that has the first, and what either holds."""

    url: str
    key: bytes
    whole: FeedHead
    by_delta: FeedHead
    """The same with the step that leads to it."""
    begun: Path
    room: int
    """Octets of the new version, its delta and what they are packed in."""
    held: dict[int, str]
    """By version, the hash of everything in its file."""


def run(rounds: int, seed: int, report: Report, folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    (folder / "hq").mkdir()
    hq = serve(folder / "hq")
    try:
        stand = _stand(hq, folder / "begun")
        for chance in report.rounds(rounds, seed):
            _round(stand, folder / str(chance), chance, report)
            shutil.rmtree(folder / str(chance), ignore_errors=True)
        torn = _control(stand, folder / "control", seed)
        report.control("a delta without a transaction", torn > 0, f"{torn} of 11 files were neither version")
    finally:
        logging.disable(logging.NOTSET)
        assert hq.server
        hq.server.shutdown()


def _stand(hq: Hq, begun: Path) -> Stand:
    parts = _parts()
    first = write(hq.folder / "1.db", 1, parts)
    hq.offer(1, first)
    whole = hq.offer(2, write(hq.folder / "2.db", 2, _changed(parts), first))
    by_delta = msgspec.structs.replace(whole, deltas=tuple(hq.deltas))
    hq.deltas.clear()  # who asks is told that there is no way but the whole file
    assert by_delta.deltas and by_delta.deltas[0].size < whole.size
    Shelf(begun).turn(Version(1, 1), Path(shutil.copy(first, begun / "arrived.db")))
    room = sum(file.stat().st_size for file in hq.folder.glob("2*"))
    held = {n: content(hq.folder / f"{n}.db") for n in (1, 2)}
    return Stand(hq.url, hq.verify_key, whole, by_delta, begun, room, held)


def _parts() -> dict[str, Any]:
    chance = random.Random(1)
    products = [
        Product(
            id=f"p{n:05}",
            brand=chance.choice(WORDS),
            category=chance.choice(("Shoes", "Shoes > Boots", "Camping")),
            title={"en": " ".join(chance.choices(WORDS, k=6)), "de": " ".join(chance.choices(WORDS, k=6))},
            popularity=n,
        )
        for n in range(PRODUCTS)
    ]
    price = Money(amount=1000, currency="EUR")
    variants = [
        Variant(sku=f"{p.id}-{size}", product_id=p.id, price=price, size=str(size)) for p in products for size in (1, 2)
    ]
    stock = [Stock(sku=variant.sku, store="web", quantity=3, as_of=1) for variant in variants]
    return {"products": products, "variants": variants, "stock": stock, "reviews": ()}


def _changed(parts: dict[str, Any]) -> dict[str, Any]:
    """A third of it: a delta that takes its time, and is less than the whole."""
    products = [replace(p, brand="changed") if n % 3 == 0 else p for n, p in enumerate(parts["products"])]
    variants = [replace(v, price=v.price.times(2)) if n % 3 == 0 else v for n, v in enumerate(parts["variants"])]
    return {**parts, "products": products, "variants": variants}


def content(file: Path) -> str:
    return sha256(repr(sorted(tables(file).items())).encode()).hexdigest()


def _round(stand: Stand, folder: Path, seed: int, report: Report) -> None:
    chance, kind = random.Random(seed), KINDS[seed % len(KINDS)]
    head = stand.by_delta if kind.endswith("delta") else stand.whole
    folder.mkdir()
    if kind.startswith("kill"):
        box = Path(shutil.copytree(stand.begun, folder / "box"))
        report.add(killed=_killed(stand, box, head, chance))
        _judge(stand, box, head, report)
        return
    with small_disk(folder / "disk", ROOM) as disk:
        box = Path(shutil.copytree(stand.begun, disk / "box"))
        fill(disk, leave=int(stand.room * chance.random()))
        report.add(full=_runs_full(stand, box, head))
        _judge(stand, box, head, report, more_room=lambda: enlarge(disk, ROOM))


def _judge(
    stand: Stand, box: Path, head: FeedHead, report: Report, more_room: Callable[[], None] = lambda: None
) -> None:
    shelf = Shelf(box)
    n = shelf.version.n
    assert n in stand.held, f"the box shows version {shelf.version}"
    assert shelf.current().find("boot tent"), "searching goes on"
    more_room()
    assert content(shelf.file) == stand.held[n], f"version {n} is not whole"
    report.add(old=n == 1, new=n == 2, torn=0)
    if n == 1:
        take(shelf, stand, head)
    assert (shelf.version.n, content(shelf.file)) == (2, stand.held[2]), "the next attempt gets there"


def take(shelf: Shelf, stand: Stand, head: FeedHead) -> None:
    """What the feed of a box does with a head that it has verified."""
    fetching = Fetching(shelf.folder, stand.url, requests.Session, lambda: False)
    fetching.sweep(parts=False)
    Versions(shelf, fetching, stand.key, StockFeed(shelf, fetching, stand.key, lambda skus: None)).take(head)


def _killed(stand: Stand, box: Path, head: FeedHead, chance: random.Random) -> bool:
    """Whether the box was killed before it was through."""
    how = chance.choice(("file", "sqlite", "time"))
    process = nursery.Process(target=_dying, args=(stand, box, head, how, chance.randrange(1, LATEST[how])))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), f"the box ended with {process.exitcode}"
    return process.exitcode != 0


def _dying(stand: Stand, box: Path, head: FeedHead, how: str, at: int) -> None:
    logging.disable(logging.CRITICAL)
    shelf = Shelf(box)
    _arm(how, at)
    take(shelf, stand, head)
    os._exit(0)


def _arm(how: str, at: int) -> None:
    """From here on: kill -9 at the `at`-th thing of that kind."""
    counted = count(1)

    def step(*_: object) -> int:
        if next(counted) >= at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    if how == "file":
        sys.addaudithook(lambda event, args: step() if event in FILES else None)  # type: ignore[func-returns-value]
    elif how == "sqlite":
        _watch_sqlite(step)
    else:
        timer = threading.Timer(at / 1000, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()


def _watch_sqlite(step: Callable[..., int]) -> None:
    """`step` is called between each two hundred instructions of every connection that is opened from now on."""
    real = sqlite3.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*args, **options)
        connection.set_progress_handler(step, 200)
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]


def _runs_full(stand: Stand, box: Path, head: FeedHead) -> bool:
    """Whether there was too little room. Meanwhile and afterwards the box shows what it has."""
    shelf = Shelf(box)
    try:
        take(shelf, stand, head)
    except (OSError, sqlite3.OperationalError):
        assert shelf.current().find("boot tent"), "searching goes on while the disk is full"
        return True
    return False


def _control(stand: Stand, folder: Path, seed: int) -> int:
    """Files that are neither version, of a box that changes its file without a transaction."""
    torn = 0
    for at in range(1, 12):
        box = Path(shutil.copytree(stand.begun, folder / str(at)))
        process = nursery.Process(target=_dying_unsafe, args=(stand, box, stand.by_delta, at * 20))
        process.start()
        process.join(PATIENCE)
        try:
            torn += content(Shelf(box).file) not in stand.held.values()
        except sqlite3.DatabaseError:
            torn += 1
    return torn


def _dying_unsafe(stand: Stand, box: Path, head: FeedHead, at: int) -> None:
    @contextmanager
    def nothing(connection: sqlite3.Connection) -> Iterator[None]:
        yield

    patching.transaction = nothing
    _dying(stand, box, head, "sqlite", at)
