"""From a box's log to HQ's commit, beside paho alone publishing the same events one by one in the same run.

All are real processes on loopback: Mosquitto, `tote-hq run` on SQLite and on PostgreSQL (both synced to disk at each
commit), and a box without screens. The events are those of visits, one in fifty a basket with a sealed address, and
HQ derives everything from them that it always does. paho publishes each event as one message of QoS 1 with its best
window, to the same broker, nobody listening: what a box that sends event by event could reach at most.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from bench.wire import servers
from bench.wire.mix import events
from sync.codec import new_seal_pair
from sync.line import IN_FLIGHT
from tests import postgresql

STORE = "aurora-tallinn"


def run(*, short: bool = False) -> dict[str, Any]:
    """`events_per_s`, `over_paho`, `over_paho_postgresql`, `live_over_append`, `drain_scan_p99_ms`, and what they were
    made of."""
    drained, live_s = (5_000, 2.0) if short else (200_000, 15.0)
    with tempfile.TemporaryDirectory() as folder:
        paho = _paho(_fresh(folder), drained // 4)
        sqlite = _drain(_fresh(folder), drained)
        scans = _scans(_fresh(folder), drained // 2)
        appended, live = _live(_fresh(folder), live_s)
        with postgresql.running() as server:
            on_postgresql = _drain(_fresh(folder), drained, database=server)
    return {
        "events_per_s": round(sqlite),
        "over_paho": round(sqlite / paho, 2),
        "postgresql_events_per_s": round(on_postgresql),
        "over_paho_postgresql": round(on_postgresql / paho, 2),
        "paho_events_per_s": round(paho),
        "live_over_append": round(live / appended, 2),
        "append_per_s": round(appended),
        "drain_scan_p99_ms": _p99(scans["draining"]),
        "drain_scan_p50_ms": round(statistics.median(scans["draining"]), 2),
        "idle_scan_p99_ms": _p99(scans["idle"]),
        "scans_while_draining": len(scans["draining"]),
        "events": drained,
    }


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
