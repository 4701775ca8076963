"""The whole protocol on one thread, with a bad line, crashes and restores, all of it from one seed."""

import logging
from pathlib import Path

from sync.simulator import Simulation
from tests.torture.report import Report

NAME = "simulation"
SHORT, LONG = 500, 10_000
STEPS = 150
AGAIN = 25
"""Every so many seeds one is run a second time: it must leave the same trace."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    logging.getLogger("sync").setLevel(logging.CRITICAL)  # what goes on in a storm is no news
    try:
        for chance in report.rounds(count, seed):
            _round(chance, report)
    finally:
        logging.getLogger("sync").setLevel(logging.NOTSET)


def _round(seed: int, report: Report) -> None:
    simulation = _storm(seed)
    if seed % AGAIN == 0:
        assert _storm(seed).trace.hexdigest() == simulation.trace.hexdigest(), "the same seed left another trace"
        report.add(repeated=1)
    report.most(steps_to_drain=simulation.heal())
