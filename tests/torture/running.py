"""Runs a scenario: in one piece, or chunk by chunk with results that a later start goes on from."""

import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from tests.torture.registry import Scenario
from tests.torture.report import Report, Skipped
from tests.torture.results import Result, Results

MOST_FAILURES = 5
"""Of one scenario: more would tell nothing new."""


def chunk(scenario: Scenario, count: int, seed: int, form: str) -> Result:
    """Runs `count` rounds from `seed` on. The folder of a failed run stays, so that it can be looked at."""
    report, started = Report(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=f"torture-{scenario.name}-"))
    failure, skipped = "", ""
    try:
        scenario.run(count, seed, report, folder)
    except Skipped as reason:
        skipped = str(reason)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"[:2000]
        traceback.print_exc()
        sys.stderr.write(f"{scenario.name}: {repeat(scenario, report, seed, count)}\nits folder: {folder}\n")
    if not failure:
        shutil.rmtree(folder, ignore_errors=True)
    return Result(
        scenario=scenario.name,
        form=form,
        seed=seed,
        count=count,
        passed=report.passed,
        seconds=round(time.monotonic() - started, 2),
        failure=failure,
        repeat=repeat(scenario, report, seed, count) if failure else "",
        skipped=skipped,
        sums=report.sums,
        highest=report.highest,
        controls=report.controls,
    )


def repeat(scenario: Scenario, report: Report, seed: int, count: int) -> str:
    """What is printed with a failure. What failed outside of a round is repeated as it was."""
    seed, count = report.failed or (seed, count)
    return f"seed {seed}, repeat with: python -m tests.torture --only {scenario.name} --seed {seed} --count {count}"


def long(scenario: Scenario, seed: int, results: Results) -> Iterator[Result]:
    """The chunks that are still to be done."""
    while (done := results.progress(scenario.name, seed)).passed < scenario.long and done.failures < MOST_FAILURES:
        count = min(scenario.chunk, scenario.long - done.passed)
        result = chunk(scenario, count, done.next_seed, "long")
        if not result.skipped:
            results.append(result)
        yield result
        if result.skipped:
            return
