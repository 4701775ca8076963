"""HQ's worker is killed (SIGKILL) at random moments while it takes in what a box sends."""

import time
from pathlib import Path
from random import Random

from tests.torture import killing
from tests.torture.report import Report
from tests.torture.stage import Stage

NAME = "kill_hq"
SHORT, LONG = 30, 1_000
BURST = 150
LATEST = 0.3
"""Seconds after the first event of the round."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    killing.run(blow, count, seed, report, folder)
    killing.credulous(report, folder / "credulous", seed)


def blow(stage: Stage, random: Random) -> None:
    stage.happen(BURST, pause=random.choice((0.0, 0.002)))
    time.sleep(random.uniform(0, LATEST))
    stage.hq.kill()
    time.sleep(random.choice((0.0, random.uniform(0, 0.3))))
    stage.start_hq()
