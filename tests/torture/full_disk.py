"""A small disk runs full while a box, or HQ, is at work; later room is made.

A third of the rounds each: a box whose shoppers go on (`full_box`), a box that is killed while its disk is full and
starts again there, and HQ's database and journal (`full_hq`). Nothing that was acknowledged may be lost, the state is
told in plain words, looking around goes on, and with room everything goes on by itself.
"""

import logging
from pathlib import Path

from tests.torture import full_box, full_hq
from tests.torture.report import Report

NAME, SHORT, LONG = "full_disk", 10, 600
KINDS = (full_box.goes_on, full_box.starts_again, full_hq.goes_on)


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    logging.disable(logging.CRITICAL)  # each refusal with its traceback
    try:
        for chance in report.rounds(count, seed):
            report.add(**KINDS[chance % len(KINDS)](folder / str(chance), chance))
    finally:
        logging.disable(logging.NOTSET)
    said, gone = full_box.promises_early(folder / "control", seed)
    report.control("acknowledged before the commit", gone > 0, f"lost {gone:,} of {said:,}")
