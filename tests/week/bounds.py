"""What a week may leave behind. Growth is counted from the end of the first day: by then all is loaded that will be."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.week.samples import Sample

FIRST_DAY = 24
"""Hours."""
MIB = 1024


@dataclass(frozen=True)
class Bound:
    """`figure` of a week must be at most `most`."""

    what: str
    unit: str
    most: float
    figure: Callable[[Sequence[Sample]], float]


def grown(name: str, unit: float = 1.0) -> Callable[[Sequence[Sample]], float]:
    """From the first day's end to the last day's: medians of six hours each, so that no single moment tells."""

    def figure(week: Sequence[Sample]) -> float:
        before = [sample for sample in week if FIRST_DAY - 6 < sample.hour <= FIRST_DAY]
        return (_median(name, week[-6:]) - _median(name, before)) / unit

    return figure


def highest(name: str, unit: float = 1.0) -> Callable[[Sequence[Sample]], float]:
    return lambda week: max(getattr(sample, name) for sample in week) / unit


def per_event(name: str) -> Callable[[Sequence[Sample]], float]:
    """KiB for each event that came after the first day."""
    return lambda week: grown(name)(week) / max(1.0, grown("events")(week))


def busiest(name: str) -> Callable[[Sequence[Sample]], float]:
    """The most that came in one hour."""
    return lambda week: max(getattr(after, name) - getattr(before, name) for before, after in itertools.pairwise(week))


def last(name: str) -> Callable[[Sequence[Sample]], float]:
    return lambda week: float(getattr(week[-1], name))


BOUNDS = (
    Bound("box: memory, the most (seven readers, one a camera)", "MiB", 128, highest("box_rss", MIB)),
    Bound("box: memory, growth", "MiB", 8, grown("box_rss", MIB)),
    Bound("box: threads, growth", "", 2, grown("box_threads")),
    Bound("box: open files, growth", "", 8, grown("box_files")),
    Bound("box: WAL, the most", "MiB", 8, highest("wal", MIB)),
    Bound("box: store, for an event", "KiB", 2, per_event("store")),
    Bound("box: catalogue and pictures, growth", "MiB", 4, grown("feeds", MIB)),
    Bound("box: lines in the journal, busiest hour", "", 600, busiest("log")),
    Bound("box: events that wait at the end", "", 0, last("waiting")),
    Bound("visits that went wrong", "", 10, last("broken")),
    Bound("HQ: memory, growth", "MiB", 24, grown("hq_rss", MIB)),
    Bound("HQ: threads, growth", "", 4, grown("hq_threads")),
    Bound("HQ: open files, growth", "", 8, grown("hq_files")),
    Bound("HQ: WAL, the most", "MiB", 32, highest("hq_wal", MIB)),
    Bound("HQ: database, for an event", "KiB", 6, per_event("hq_database")),
    Bound("HQ: lines in the journal, busiest hour", "", 600, busiest("hq_log")),
)


@dataclass(frozen=True)
class Finding:
    bound: Bound
    figure: float

    @property
    def ok(self) -> bool:
        return self.figure <= self.bound.most


def judged(week: Sequence[Sample]) -> list[Finding]:
    """Each bound with its figure. `week` has more than a day."""
    return [Finding(bound, bound.figure(week)) for bound in BOUNDS]


def _median(name: str, samples: Sequence[Sample]) -> float:
    values = sorted(getattr(sample, name) for sample in samples)
    return float(values[len(values) // 2])
