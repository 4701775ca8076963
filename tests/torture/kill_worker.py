"""One of three workers on PostgreSQL is killed (SIGKILL) while six boxes send; the others take its boxes over."""

import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from hq.store import engine as engines
from tests import postgresql
from tests.ports import free_port
from tests.torture import box, evidence, traffic, worker
from tests.torture.children import Child, forked, mosquitto
from tests.torture.report import Report, Skipped
from tests.torture.stage import answers, until

NAME = "kill_worker"
SHORT, LONG = 5, 200
STORES = ("aurora-tallinn", "aurora-tartu", "aurora-riga", "aurora-oulu", "aurora-turku", "aurora-lund")
WORKERS = 3
BURST = 25
"""Events a box and round."""
PATIENCE = 60.0
"""Seconds until everything is drained again with the dead one still dead; how long it took is a figure."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    if not postgresql.program("initdb"):
        raise Skipped("PostgreSQL is missing: apt-get install postgresql")
    with postgresql.running(**postgresql.QUICK) as url, Chain(folder, url) as chain:
        for chance in report.rounds(count, seed):
            report.most(took_over_s=round(_round(chain, Random(chance), chance), 1))
            report.add(kills=1)
        report.add(events=chain.finish(folder / "control"), lost=0, twice=0)


def _round(chain: "Chain", random: Random, seed: int) -> float:
    """Seconds from the kill until every box has its receipts from those who are left."""
    chain.happen(2 * seed)
    time.sleep(random.uniform(0, 0.3))
    victim = random.randrange(WORKERS)
    chain.workers[victim].kill()
    killed = time.monotonic()
    chain.happen(2 * seed + 1)
    chain.drain()
    took = time.monotonic() - killed
    chain.check()
    chain.start_worker(victim)
    return took


class Chain(ExitStack):
    """Boxes of several stores, one broker, PostgreSQL, workers."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__()
        self._folder, self._url = folder, url
        self._port = free_port()
        self.workers: dict[int, Child] = {}
        self._boxes: dict[str, Child] = {}
        self._logs: dict[str, str] = {}
        self._acked: dict[str, dict[int, str]] = {store: {} for store in STORES}
        self._checked = dict.fromkeys(STORES, 0)

    def __enter__(self) -> "Chain":
        super().__enter__()
        self._seal_key = evidence.found(self._folder / "hq", *STORES, url=self._url)
        self._engine: Engine = engines.create(self._url)
        self.callback(self._engine.dispose)
        broker = mosquitto(self._folder, self._port)
        self.callback(broker.wait)
        self.callback(broker.kill)
        until(lambda: answers(self._port), "the broker takes connections")
        self.callback(lambda: [child.stop() for child in (*self._boxes.values(), *self.workers.values())])
        for number in range(WORKERS):
            self.start_worker(number)
        for store in STORES:
            self._start_box(store)
        return self

    def start_worker(self, number: int) -> None:
        own = self._folder / f"worker{number}"
        if not own.exists():
            shutil.copytree(self._folder / "hq" / "keys", own / "keys")
        log = self._folder / f"worker{number}.log"
        self.workers[number] = forked(worker.serve, own, f"127.0.0.1:{self._port}", self._url, log=log)
        assert self.workers[number].hear()["ready"]

    def happen(self, seed: int) -> None:
        """Nobody is in two stores within a round: which of two answers given in the same moment is the later one, no
        log can tell. In the next round they may be in another."""
        for n, (store, child) in enumerate(self._boxes.items()):
            people = range((seed // 2 + n) % len(STORES), traffic.PEOPLE, len(STORES))
            own = {"store": store, "seal_key": self._seal_key, "people": people}
            events = traffic.happenings(seed * len(STORES) + n, BURST, **own)
            child.tell(append=[vars(event) for event in events], pause=0.005)

    def drain(self) -> None:
        ends = time.monotonic() + PATIENCE
        for store in STORES:
            while (state := self._state(store))["mark"] != state["head"]:
                assert time.monotonic() < ends, f"{store} has no receipts {PATIENCE:.0f} s after a worker was killed"
                time.sleep(0.02)

    def check(self) -> None:
        for store in STORES:
            after = self._checked[store]
            self._checked[store] += evidence.check(self._engine, self._logs[store], self._acked[store], after=after)

    def finish(self, control: Path) -> int:
        self.drain()
        for child in (*self._boxes.values(), *self.workers.values()):
            child.stop()
        found = sum(evidence.check(self._engine, self._logs[store], self._acked[store]) for store in STORES)
        boxes = [(store, self._folder / store) for store in STORES]
        undisturbed = evidence.undisturbed(control, self._folder / "hq", boxes)
        evidence.agree(evidence.said_by(self._engine), undisturbed)
        return found

    def _start_box(self, store: str) -> None:
        where = (self._folder / store, store, f"127.0.0.1:{self._port}", ())
        self._boxes[store] = forked(box.serve, *where, log=self._folder / f"{store}.log")
        self._logs[store] = self._boxes[store].hear()["log"]

    def _state(self, store: str) -> dict[str, int]:
        child = self._boxes[store]
        child.tell(state=True)
        while "head" not in (answer := child.hear()):
            self._acked[store][answer["acked"]] = answer["id"]
        return answer
