"""What the bounds take, and what they find: weeks that are made up, since the real one takes an hour."""

from dataclasses import replace

import pytest

from tests.week.bounds import judged
from tests.week.samples import Sample

HOURS = 7 * 24


def sample(hour: int) -> Sample:
    """A box that does its work and grows by nothing but its events, 50 an hour."""
    events = 50 * hour
    return Sample(
        hour=hour,
        events=events,
        waiting=0,
        broken=0,
        box_rss=100_000 + hour % 5 * 300,
        box_threads=107,
        box_files=60 + hour % 3,
        store=500 + events,
        wal=4_000,
        feeds=11_000,
        backups=hour * 10,
        log=hour * 100,
        hq_rss=350_000,
        hq_threads=51,
        hq_files=30,
        hq_database=2_000 + events * 3,
        hq_wal=4_000,
        hq_log=hour * 20,
    )


def beyond(week: list[Sample]) -> list[str]:
    return [finding.bound.what for finding in judged(week) if not finding.ok]


def test_a_steady_week_is_within_all_bounds() -> None:
    assert beyond([sample(hour) for hour in range(HOURS)]) == []


@pytest.mark.parametrize(
    ("name", "an_hour", "found"),
    [
        ("box_rss", 100, "box: memory, growth"),
        ("box_threads", 1, "box: threads, growth"),
        ("box_files", 1, "box: open files, growth"),
        ("wal", 100, "box: WAL, the most"),
        ("store", 150, "box: store, for an event"),
        ("feeds", 100, "box: catalogue and pictures, growth"),
        ("log", 900, "box: lines in the journal, busiest hour"),
        ("waiting", 1, "box: events that wait at the end"),
        ("hq_rss", 300, "HQ: memory, growth"),
        ("hq_files", 1, "HQ: open files, growth"),
    ],
)
def test_what_grows_is_found(name: str, an_hour: int, found: str) -> None:
    """The negative controls."""
    week = [replace(sample(hour), **{name: getattr(sample(hour), name) + hour * an_hour}) for hour in range(HOURS)]
    assert found in beyond(week)


def test_what_is_loaded_on_the_first_day_is_no_growth() -> None:
    week = [replace(sample(hour), box_rss=60_000 if hour < 12 else 100_000) for hour in range(HOURS)]
    assert beyond(week) == []
