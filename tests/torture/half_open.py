"""The line of the box, or HQ's, swallows everything for a while and says nothing of it: the connections stay open."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.ports import free_port
from tests.torture.box import DEAF
from tests.torture.proxy import Proxy
from tests.torture.report import Report
from tests.torture.stage import Stage

NAME = "half_open"
SHORT, LONG = 3, 200
LANES = 10
"""Rounds beside each other: nearly all of a round is waiting."""
NOTICED = 25.0
"""Seconds within which a dead line is noticed: 1.5 times the keepalive, and time for a busy machine."""
BACK = 120.0
"""Seconds after the healing within which everything lies at HQ: one more keepalive for a greeting that was swallowed,
the longest pause between connects, and time."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    with ThreadPoolExecutor(LANES + 1) as pool:
        control = pool.submit(_control, report, folder / "control", seed)
        rounds = [pool.submit(_round, report, folder / str(chance), chance) for chance in range(seed, seed + count)]
    for one in (*rounds, control):
        one.result()


def _round(report: Report, folder: Path, seed: int) -> None:
    random = Random(seed)
    with report.round(seed), _behind_proxies(folder, seed) as (stage, box_line, hq_line):
        line = random.choice((box_line, hq_line))
        stage.happen(20)
        stage.drain()
        stage.happen(100, pause=0.003)
        time.sleep(random.uniform(0, 0.4))
        line.swallow()
        swallowed = time.monotonic()
        if random.random() < 0.5:
            time.sleep(random.uniform(0.5, 20))  # healed before anybody noticed, or long after
            line.heal()
        if line is box_line:
            _until(stage, up=False, within=NOTICED)
            report.most(noticed_s=round(time.monotonic() - swallowed, 1))
        line.heal()
        healed = time.monotonic()
        stage.drain(BACK)
        report.most(back_s=round(time.monotonic() - healed, 1))
        report.add(events=stage.finish(folder / "undisturbed"), lost=0, twice=0)


def _control(report: Report, folder: Path, seed: int) -> None:
    """A box whose keepalive takes an hour: it never notices, and its events never arrive."""
    with _behind_proxies(folder, seed, (DEAF,)) as (stage, line, _):
        stage.happen(20)
        stage.drain()
        line.swallow()
        line.heal()
        stage.happen(20)
        time.sleep(NOTICED)
        state = stage.state()
        waiting = state["head"] - state["mark"]
        report.control("no keepalive", waiting == 20, f"{waiting} of 20 still wait after {NOTICED:.0f} s")


def _until(stage: Stage, *, up: bool, within: float) -> None:
    ends = time.monotonic() + within
    while stage.state()["up"] is not up:
        assert time.monotonic() < ends, f"the box did not notice within {within:.0f} s that its line is dead"
        time.sleep(0.1)


@contextmanager
def _behind_proxies(folder: Path, seed: int, words: tuple[str, ...] = ()) -> Iterator[tuple[Stage, Proxy, Proxy]]:
    """The stage, the line of its box, the line of its HQ."""
    port = free_port()
    box_line, hq_line = Proxy(port), Proxy(port)
    try:
        with Stage(folder, seed, words=words, ports=(port, box_line.port, hq_line.port)) as stage:
            yield stage, box_line, hq_line
    finally:
        box_line.stop()
        hq_line.stop()
