"""Questions to HQ: how long an answer takes while HQ is idle and while a backlog drains, and what it costs without HQ.

All are real processes on loopback: Mosquitto, `tote-hq run` on SQLite, a box that drains. Ten stores ask, each as often
as a store may, about stock (a product of seven sizes, three stores) and about loyalty cards, half of them unknown.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.wire import servers
from edge.domain.article import WEB, Stock, Store
from hq import identity, keys
from hq.importers.articles import Articles
from hq.store import engine as engines
from hq.store import tables
from sync import topics
from sync.asking import PATIENCE, Asking
from sync.codec import Told, decode_answer
from sync.line import Line, Message

DRAINING = "draining"
STORES = [f"asking-{n}" for n in range(10)]
PAUSE = 0.35
"""Seconds between two questions of a store: HQ answers three of cards a second."""
PRODUCTS, SIZES = 200, 7


def run(*, short: bool = False) -> dict[str, Any]:
    """`p95_ms` of both kinds while the backlog drains, `idle_…` beside it; `given_up_ms`, `resting_ms` without HQ."""
    backlog, idle_s = (20_000, 3.0) if short else (80_000, 15.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.broker(folder) as broker:
            with servers.hq(folder, broker, [*STORES, DRAINING]) as hq, _asking(broker.address) as stores:
                _furnish(folder, hq.database)
                quiet = _asked(stores, time.monotonic() + idle_s)
                with _draining(folder, broker, hq, backlog):
                    began, busy = time.monotonic(), _asked(stores, lambda: hq.applied() >= backlog)
                    took = time.monotonic() - began
            with _asking(broker.address) as stores:
                gone, resting = _unanswered(stores[0]), _unanswered(stores[0])
                os.kill(broker.pid, signal.SIGSTOP)  # the line is open, and nothing comes through
                half_open = _unanswered(stores[1])
                os.kill(broker.pid, signal.SIGCONT)
    return {
        **_figures("", busy),
        **_figures("idle_", quiet),
        "backlog_events_per_s": round(backlog / took),
        "given_up_ms": gone,
        "given_up_half_open_ms": half_open,
        "resting_ms": resting,
    }


def _figures(name: str, took: dict[str, list[float]]) -> dict[str, Any]:
    both = [ms for kind in took.values() for ms in kind if ms >= 0]
    figures: dict[str, Any] = {f"{name}p95_ms": _p95(both), f"{name}median_ms": round(statistics.median(both), 1)}
    figures |= {f"{name}{kind}_p95_ms": _p95([ms for ms in of_kind if ms >= 0]) for kind, of_kind in took.items()}
    given_up = sum(ms < 0 for of_kind in took.values() for ms in of_kind)
    return figures | {f"{name}longest_ms": max(both), f"{name}asked": len(both), f"{name}given_up": given_up}


def _p95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


# ---- those who ask ---------------------------------------------------------------------------------------------------


@contextmanager
def _asking(address: str) -> Iterator[list[Asking]]:
    """A line and an `Asking` for each store, as a box has them."""
    host, _, port = address.rpartition(":")
    lines = [Line([(host, int(port))], name=store, subscriptions=(topics.down(store),)) for store in STORES]
    stores = [Asking(line.publish, store) for line, store in zip(lines, STORES, strict=True)]
    for line, asking in zip(lines, stores, strict=True):
        line.start()
        threading.Thread(target=_hear, args=(line, asking), daemon=True).start()
    while not all(line.up for line in lines):
        time.sleep(0.02)
    yield stores
    for line in lines:
        line.inbox.put(None)
        line.stop()


def _hear(line: Line, asking: Asking) -> None:
    while (happened := line.inbox.get()) is not None:
        if isinstance(happened, Message) and isinstance(answer := decode_answer(happened.payload), Told):
            asking.told(answer)


def _asked(stores: list[Asking], until: float | Callable[[], bool]) -> dict[str, list[float]]:
    """Milliseconds of each answer, -1 where none came."""
    took: dict[str, list[float]] = {"stock": [], "profile": []}
    ended = threading.Event()
    threads = [threading.Thread(target=_ask, args=(n, asking, ended, took)) for n, asking in enumerate(stores)]
    for thread in threads:
        thread.start()
    while not (until() if callable(until) else time.monotonic() >= until):
        time.sleep(0.1)
    ended.set()
    for thread in threads:
        thread.join()
    return took


def _ask(first: int, asking: Asking, ended: threading.Event, took: dict[str, list[float]]) -> None:
    count = first * 17
    while not ended.wait(PAUSE):
        count += 1
        skus = [f"P{count % PRODUCTS}-{size}" for size in range(SIZES)]
        card = {"screen": "tablet", "card": f"29{count % (2 * PRODUCTS)}"}
        for kind, body in (("stock", {"skus": skus}), ("profile", card)) if count % 2 else (("stock", {"skus": skus}),):
            began = time.perf_counter()
            told = asking.ask(kind, body)
            took[kind].append(round(1000 * (time.perf_counter() - began), 1) if told is not None else -1.0)


def _unanswered(asking: Asking) -> float:
    """Milliseconds until nobody's answer is given up."""
    began = time.perf_counter()
    if asking.ask("stock", {"skus": [str(began)]}) is not None:
        raise RuntimeError(f"somebody answered, though HQ is away (patience {PATIENCE} s)")
    return round(1000 * (time.perf_counter() - began), 1)


# ---- what is asked about, and what else HQ does ----------------------------------------------------------------------


def _furnish(folder: Path, database: str) -> None:
    own, engine = keys.open_or_create(folder / "hq" / "keys"), engines.create(database)
    with engine.begin() as connection:
        articles = Articles(connection)
        for store in STORES:
            articles.put(store, "", Store(id=store, name=store, latitude=59.0, longitude=24.0))
        for sku in (f"P{product}-{size}" for product in range(PRODUCTS) for size in range(SIZES)):
            for place in (*STORES[:3], WEB):
                articles.put(f"{sku}@{place}", sku, Stock(sku=sku, store=place, quantity=3, as_of=1))
        articles.flush()
        _meet(connection, own)
    engine.dispose()


def _meet(connection: Connection, own: keys.Keys) -> None:
    """A person with a card for every second number asked; all agreed to be remembered."""
    ids = {n: f"{n:032x}" for n in range(PRODUCTS)}
    words = {"words": "", "words_hash": "", "version": "1", "language": "en", "how": "screen", "event": None, "at": 1}
    for n, profile in ids.items():
        row = {"id": profile, "created": 1, "language": "en", "control": False}
        connection.execute(tables.profile.insert().values(row))
        connection.execute(tables.person_key.insert().values(profile=profile, key=bytes(32)))
        known = {"kind": "card", "digest": identity.digest(own, "card", f"29{2 * n}"), "profile": profile}
        connection.execute(tables.identity.insert().values(known | {"value": b"", "created": 1}))
        yes = {"profile": profile, "purpose": "profiling", "granted": True}
        connection.execute(tables.consent.insert().values(yes | words))


@contextmanager
def _draining(folder: Path, broker: servers.Server, hq: servers.HqServer, count: int) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.wire.box", "drain", "--dir", str(folder / "box"), "--store", DRAINING]
    command += ["--broker", broker.address, "--seal-key", hq.seal_key.hex(), "--events", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as box:
        assert box.stdin and box.stdout
        box.stdout.readline()
        box.stdin.write("go\n")
        box.stdin.flush()
        yield
        box.terminate()
