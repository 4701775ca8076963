"""The walk tells each step, and stops at the first that fails."""

from pathlib import Path

import pytest

from edge.demo import walk
from edge.demo.plan import Plan
from edge.demo.ports import draw
from edge.demo.walk.errors import StepFailed, expect
from edge.demo.walk.journey import Journey
from edge.demo.walk.station import Station, events, until


class Nowhere(Journey):
    """A journey that opens no screens."""

    def __enter__(self) -> "Nowhere":
        return self


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path, draw())


def good(journey: Journey) -> str:
    """The kettle boils"""
    return "96 °C"


def bad(journey: Journey) -> str:
    """The tea is served

    More words.
    """
    raise StepFailed("no cups")


def strange(journey: Journey) -> str:
    """The sugar is found"""
    return dict[str, str]()["sugar"]


def test_a_step_that_fails_ends_the_walk_with_its_reason(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "Journey", Nowhere)
    walking = walk.Walk(plan, steps=(good, bad, good))
    walking.run()
    assert [(done.step, done.ok, done.words) for done in walking.done] == [
        ("The kettle boils", True, "96 °C"),
        ("The tea is served", False, "no cups"),
    ]
    assert not walking.ok
    assert walking.report()["ok"] is False


def test_what_is_missing_in_an_answer_fails_the_step_and_not_the_program(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "Journey", Nowhere)
    walking = walk.Walk(plan, steps=(strange,))
    walking.run()
    assert walking.done[0].words == "KeyError: 'sugar'"


def test_a_walk_without_failures_is_good(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "Journey", Nowhere)
    walking = walk.Walk(plan, steps=(good, good))
    walking.run()
    assert walking.ok


def test_without_a_box_it_says_so(plan: Plan) -> None:
    walking = walk.Walk(plan)
    walking.run()
    assert not walking.ok
    assert "refused" in walking.done[0].words


def test_every_step_says_what_it_proves() -> None:
    titles = [walk.title(step) for step in walk.STEPS]
    assert len(set(titles)) == len(walk.STEPS)
    assert all(" " in title for title in titles)


def test_events_of_a_stream_are_told_apart() -> None:
    stream = b"retry: 1000\nevent: screen\ndata: <p>\ndata: </p>\n\nevent: ping\ndata: {}\n\n: nothing\n\n"
    assert list(events(iter(stream.splitlines()))) == [("screen", "<p>\n</p>"), ("ping", "{}")]


def test_waiting_ends_with_what_was_awaited() -> None:
    with pytest.raises(StepFailed, match="the moon: not within 0 s"):
        until(lambda: None, "the moon", 0.1)
    with pytest.raises(StepFailed, match="did not show the sun"):
        Station("http://127.0.0.1:1", "wall").wait(lambda html: "sun" in html, "the sun", 0.1)


def test_an_expectation_is_told_in_words() -> None:
    expect([1], "never said")
    with pytest.raises(StepFailed, match="nothing there"):
        expect([], "nothing there")
