"""The box's wall clock says 1970, is off by a day or by 400 days, or jumps about while events are appended and sent."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.torture import evidence
from tests.torture.report import Report
from tests.torture.shifted import ShiftedClock, compiled
from tests.torture.stage import Stage

NAME = "clocks"
SHORT, LONG = 5, 100
DAY = 86_400_000
TOLERANCE = 60_000
"""Milliseconds by which a corrected time may be wrong: how long a batch may be under way on a busy machine."""
LANES = 3
CASES = ("1970", "a day behind", "a day ahead", "400 days ahead", "jumping")


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    library = compiled(folder)
    with ThreadPoolExecutor(LANES) as pool:
        rounds = [
            pool.submit(_round, chance, library, report, folder / str(chance)) for chance in range(seed, seed + count)
        ]
    for one in rounds:
        one.result()


def _round(seed: int, library: Path, report: Report, folder: Path) -> None:
    with report.round(seed):
        _shifted(CASES[seed % len(CASES)], Random(seed), seed, ShiftedClock(library, folder / "shift"), report, folder)


def _shifted(case: str, random: Random, seed: int, clock: ShiftedClock, report: Report, folder: Path) -> None:
    clock.set(_shift(case, random))
    with Stage(folder, seed, environment=clock.environment) as stage:
        stage.happen(100, sends=0.5)
        stage.drain()
        jumps = _jump_about(stage, clock, random) if case == "jumping" else 0
        clock.set(_shift(case, random))
        steady = set(stage.acked.values())
        stage.happen(100, sends=0.5)
        stage.drain()
        stage.check()
        _times(stage, report, since=steady, case=case)
        report.add(events=stage.finish(folder / "control"), jumps=jumps, lost=0, twice=0)


def _shift(case: str, random: Random) -> int:
    """Milliseconds that the clock is ahead."""
    shifts = {
        "1970": -time.time_ns() // 1_000_000,
        "a day behind": -DAY,
        "a day ahead": DAY,
        "400 days ahead": 400 * DAY,
    }
    return shifts[case] if case in shifts else random.choice(list(shifts.values()))


def _jump_about(stage: Stage, clock: ShiftedClock, random: Random) -> int:
    """Events go on through several jumps, some of them with nobody at HQ."""
    stage.hq.kill()
    stage.happen(100, pause=0.003, sends=0.5)
    for _ in range(5):
        time.sleep(random.uniform(0, 0.1))
        clock.set(_shift("jumping", random))
    stage.start_hq()
    stage.happen(100, pause=0.003, sends=0.5)
    for _ in range(5):
        time.sleep(random.uniform(0, 0.1))
        clock.set(_shift("jumping", random))
    stage.drain()
    return 10


def _times(stage: Stage, report: Report, *, since: set[str], case: str) -> None:
    """What HQ shows of baskets sent on a steady line is the true time; of all others, a possible one."""
    now = time.time_ns() // 1_000_000
    worst, uncorrected = 0, 0
    for basket in evidence.baskets(stage.engine):
        assert 0 <= basket.sent <= now + TOLERANCE, f"a basket is shown at {basket.sent}"
        if basket.event not in since:
            true = stage.heard_at[basket.event]
            worst = max(worst, abs(basket.sent - true))
            uncorrected = max(uncorrected, abs(basket.at - true))
    assert worst < TOLERANCE, f"HQ shows a basket {worst / 1000:.0f} s from the time it was sent"
    report.most(wrong_ms=worst)
    report.control(f"the box's own clock, {case}", uncorrected > TOLERANCE, f"wrong by {uncorrected / DAY:,.0f} days")
    if case == "jumping":
        by_clock = evidence.by_clock(stage.engine, stage.log_id)
        report.control("ordering by time", by_clock != sorted(by_clock), "another order than that of the numbers")
