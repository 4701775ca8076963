"""The whole protocol on one thread: a bad line, crashes, restores, copied cards; all of it from one seed."""

from pathlib import Path

from sync.simulator import run as simulate
from sync.simulator import trace_of
from sync.simulator_controls import CONTROLS, first_noticed
from tests.torture.report import Report

NAME = "simulation"
SHORT, LONG = 500, 10_000
AGAIN = 25
"""Every so many seeds one is run a second time: it must leave the same trace."""
NOTICED = 200
"""Seeds within which a missing safeguard is noticed."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    for chance in report.rounds(count, seed):
        simulation = simulate(chance)
        report.add(events=len(simulation.account.appended), lost=0, twice=0)
        if chance % AGAIN == 0:
            assert trace_of(chance) == "\n".join(simulation.world.trace), "the same seed left another trace"
            report.add(repeated=1)
    for name, control in CONTROLS.items():
        noticed = first_noticed(control, range(seed, seed + NOTICED))
        report.control(name, noticed is not None, f"noticed with seed {noticed}")
