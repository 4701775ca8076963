"""From a box's log to HQ's commit, beside paho alone publishing the same events one by one in the same run.

All are real processes on loopback: Mosquitto, `tote-hq run` on SQLite and on PostgreSQL (both synced to disk at each
commit), and a box without screens. The events are those of visits, one in fifty a basket with a sealed address, and
HQ derives everything from them that it always does. paho publishes each event as one message of QoS 1 with its best
window, to the same broker, nobody listening: what a box that sends event by event could reach at most. The floor is
SQLite alone: the same rows into HQ's table of events, synced as often, by a program that does nothing else and gets
them for nothing.

What else a machine does falls on whoever runs at that moment, so all of them take turns, round by round, and a ratio
is the median of those of the rounds.
"""

import itertools
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from bench.wire import servers
from bench.wire.light import LightBox
from bench.wire.mix import events
from hq.config import Config
from hq.events import row_of
from hq.service import open_hq
from hq.store import tables
from hq.store.many import add_rows
from sync.codec import new_seal_pair
from sync.line import IN_FLIGHT
from tests import postgresql

STORE = "aurora-tallinn"
TOGETHER = 1000
"""Rows in one transaction of the floor: about what HQ takes in at once."""


def run(*, short: bool = False) -> dict[str, Any]:
    """`events_per_s`, `over_paho`, `over_paho_postgresql`, `over_floor`, `live_over_append`, `drain_scan_p99_ms`, and
    what they were made of."""
    drained, rounds, live_s = (5_000, 1, 2.0) if short else (60_000, 5, 15.0)
    with tempfile.TemporaryDirectory() as folder:
        with postgresql.running() as server:
            told = [_round(folder, drained, server) for _ in range(rounds)]
        scans = _scans(_fresh(folder), drained)
        appended, live = _live(_fresh(folder), live_s)
    return {
        "events_per_s": round(_median(one.sqlite for one in told)),
        "over_paho": round(_median(one.sqlite / one.paho for one in told), 2),
        "over_floor": round(_median(one.sqlite / one.floor for one in told), 2),
        "postgresql_events_per_s": round(_median(one.postgresql for one in told)),
        "over_paho_postgresql": round(_median(one.postgresql / one.paho for one in told), 2),
        "paho_events_per_s": round(_median(one.paho for one in told)),
        "floor_events_per_s": round(_median(one.floor for one in told)),
        "rounds": [[round(rate) for rate in astuple(one)] for one in told],
        "live_over_append": round(live / appended, 2),
        "append_per_s": round(appended),
        "drain_scan_p99_ms": _p99(scans["draining"]),
        "drain_scan_p50_ms": round(statistics.median(scans["draining"]), 2),
        "idle_scan_p99_ms": _p99(scans["idle"]),
        "scans_while_draining": len(scans["draining"]),
        "events": drained,
    }


@dataclass(frozen=True)
class Round:
    """Events per second of each, one after the other."""

    paho: float
    sqlite: float
    floor: float
    postgresql: float


def _round(folder: str, count: int, server: str) -> Round:
    with postgresql.database(server) as name:
        return Round(
            paho=_paho(_fresh(folder), count // 4),
            sqlite=_drain(_fresh(folder), count),
            floor=_floor(_fresh(folder), count),
            postgresql=_drain(_fresh(folder), count, database=postgresql.url_of(server, name)),
        )


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _fresh(folder: str) -> Path:
    path = Path(folder) / secrets.token_hex(4)
    path.mkdir()
    return path


def _p99(times: list[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.99)], 2) if times else -1.0


# ---- the peer --------------------------------------------------------------------------------------------------------


def _paho(folder: Path, count: int) -> float:
    """Events per second, acknowledged."""
    made = itertools.islice(events(STORE, new_seal_pair()[1]), count)
    payloads = [msgspec.json.encode({"id": id_, "n": n, "event": event}) for n, (id_, event, _) in enumerate(made, 1)]
    left, done = threading.Semaphore(0), threading.Event()
    with servers.broker(folder) as broker:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="paho")
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_publish = lambda *_: left.release()
        client.on_connect = lambda *_: done.set()
        host, _, port = broker.address.rpartition(":")
        client.connect(host, int(port))
        client.loop_start()
        done.wait()
        began = time.monotonic()
        for at, payload in enumerate(payloads):
            client.publish("tote/1/up/0/paho", payload, qos=1)
            if at >= 10 * IN_FLIGHT:  # its queue is kept short: a long one costs it time
                left.acquire()
        for _ in range(min(count, 10 * IN_FLIGHT)):
            left.acquire()
        took = time.monotonic() - began
        client.disconnect()
        client.loop_stop()
    return count / took


# ---- the floor -------------------------------------------------------------------------------------------------------


def _floor(folder: Path, count: int) -> float:
    """Rows per second."""
    box = LightBox(STORE, events(STORE, new_seal_pair()[1]))
    with closing(open_hq(folder, Config())) as hq:
        took = 0.0
        for batch in range(count // TOGETHER):
            rows = [row_of(STORE, envelope, None, received=batch) for envelope in box.append(TOGETHER)]
            began = time.monotonic()
            with hq.engine.begin() as connection:
                add_rows(connection, tables.event, rows)
            took += time.monotonic() - began
    return count / took


# ---- Tote ------------------------------------------------------------------------------------------------------------


def _drain(folder: Path, count: int, *, database: str = "") -> float:
    with _all(folder, "drain", count, database=database) as (hq, _, go):
        began = time.monotonic()
        go()
        return count / (hq.reaches(count, 300) - began)


def _scans(folder: Path, count: int) -> dict[str, list[float]]:
    with _all(folder, "scan", count) as (_, hear, go):
        go()
        told: dict[str, list[float]] = hear()
        return told


def _live(folder: Path, seconds: float) -> tuple[float, float]:
    """Events per second that the box appended, and that HQ committed meanwhile."""
    with _all(folder, "live", 1, "--seconds", str(seconds)) as (hq, hear, go):
        go()
        first, began = hear()["began"], time.monotonic()
        before = hq.applied()
        last, ended = hear()["ended"], time.monotonic()
        after = hq.applied()
        return (last - first) / (ended - began), (after - before) / (ended - began)


@contextmanager
def _all(
    folder: Path, mode: str, count: int, *more: str, database: str = ""
) -> Iterator[tuple[servers.HqServer, Callable[[], Any], Callable[[], None]]]:
    """Broker, HQ and a box whose log is filled: HQ, what the box says next, and the word to begin."""
    with servers.broker(folder) as broker, servers.hq(folder, broker, [STORE], database=database) as hq:
        command = [sys.executable, "-m", "bench.wire.box", mode, "--dir", str(folder / "box"), "--store", STORE]
        command += ["--broker", broker.address, "--seal-key", hq.seal_key.hex(), "--events", str(count), *more]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as box:
            assert box.stdin and box.stdout
            said, told = box.stdout, box.stdin

            def hear() -> Any:
                return json.loads(said.readline())

            def go() -> None:
                told.write("go\n")
                told.flush()

            assert hear()["ready"]
            yield hq, hear, go
            box.terminate()
