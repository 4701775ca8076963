"""The box is killed (SIGKILL) at random moments while it appends and sends."""

import time
from pathlib import Path
from random import Random

from tests.torture import killing
from tests.torture.box import EARLY
from tests.torture.report import Report
from tests.torture.stage import Stage

NAME = "kill_box"
SHORT, LONG = 30, 1_000
BURST = 60
"""Events a round; they take about a fifth of a second."""
LATEST = 0.25
"""Seconds: the kill comes before this, so while appending, while sending, or just after."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    killing.run(blow, count, seed, report, folder)
    _control(report, folder / "early", seed)


def blow(stage: Stage, random: Random) -> None:
    stage.happen(BURST, pause=random.choice((0.0, 0.002)))
    time.sleep(random.uniform(0, LATEST))
    stage.box.kill()
    stage.heard(stage.box.rest())
    stage.start_box()


def _control(report: Report, folder: Path, seed: int) -> None:
    """A box that says "acknowledged" before it commits: the very same blow must lose."""
    with Stage(folder, seed, words=(EARLY,)) as stage:
        stage.happen(1)
        stage.heard([stage.box.hear()])
        stage.box.kill()
        try:
            stage.start_box()
        except AssertionError as lost:
            report.control("acknowledged before the commit", True, str(lost))
        else:
            report.control("acknowledged before the commit", False, "nothing was lost")
