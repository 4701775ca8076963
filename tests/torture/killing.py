"""kill -9 in the middle of traffic: what the three scenarios of it share.

Several stages go on beside each other, because most of a round is waiting for somebody's patience to end.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.torture.box import BELIEVE
from tests.torture.report import Report
from tests.torture.stage import Stage

LANES = 8
Blow = Callable[[Stage, Random], None]
"""Kills one of a stage's processes in the middle of its traffic, and starts it again."""


def run(blow: Blow, count: int, seed: int, report: Report, folder: Path) -> None:
    """`count` blows from `seed` on, shared out over the lanes."""
    lanes = min(LANES, count)
    with ThreadPoolExecutor(lanes) as pool:
        done = [
            pool.submit(_lane, blow, range(seed + lane, seed + count, lanes), report, folder / f"lane{lane}")
            for lane in range(lanes)
        ]
    for lane in done:
        lane.result()


def _lane(blow: Blow, seeds: range, report: Report, folder: Path) -> None:
    with Stage(folder, seeds[0] * 1000) as stage:
        for seed in seeds:
            with report.round(seed):
                blow(stage, Random(seed))
                stage.drain()
                stage.check()
                report.add(kills=1)
        events = stage.finish(folder / "control")
        report.add(events=events, lost=0, twice=0)


def credulous(report: Report, folder: Path, seed: int) -> None:
    """A box that believes the broker's acknowledgement, while nobody at HQ listens: its events must be lost."""
    with Stage(folder, seed, words=(BELIEVE,)) as stage:
        stage.hq.kill()
        stage.happen(20)
        stage.drain()  # as far as this box knows
        stage.kill_broker()
        stage.start_broker()
        stage.start_hq()
        missing = len(stage.acked) - len(stage.at_hq())
        report.control("believing the broker", missing > 0, f"{missing} of {len(stage.acked)} lost")
