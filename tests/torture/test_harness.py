"""What breaks things must itself notice what is broken, and go on where it was stopped."""

import tempfile
from pathlib import Path

import pytest

from tests.torture import registry, running
from tests.torture.evidence import Kept, judge
from tests.torture.registry import Scenario
from tests.torture.report import Report, Skipped
from tests.torture.results import Results

ACKED = {1: "a", 2: "b", 3: "c"}


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of failed runs stay, here."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def kept(*numbered: tuple[int, str]) -> list[Kept]:
    return [Kept(n, id, "") for n, id in numbered]  # noqa: A001


def test_everything_once_and_in_order_is_fine_and_what_was_never_acknowledged_may_be_there() -> None:
    judge(kept((1, "a"), (2, "b"), (3, "c"), (4, "d")), ACKED)
    judge(kept((3, "c")), ACKED, after=2)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (kept((1, "a"), (2, "b")), "acknowledged by the box"),
        (kept((1, "a"), (3, "c")), "not in order"),
        (kept((1, "a"), (2, "b"), (2, "b"), (3, "c")), "not in order"),
        (kept((1, "a"), (2, "b"), (3, "c"), (4, "a")), "twice"),
        (kept((1, "a"), (3, "c"), (2, "b")), "not in order"),
        (kept((1, "a"), (2, "c"), (3, "b")), "acknowledged by the box"),
    ],
    ids=["the last one lost", "one lost", "twice under its number", "twice", "reordered", "exchanged"],
)
def test_what_was_lost_repeated_or_reordered_is_noticed(found: list[Kept], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        judge(found, ACKED)


def scenario(*bad: int, skips: bool = False) -> Scenario:
    """Fails in the rounds whose seeds are `bad`."""

    def run(count: int, seed: int, report: Report, folder: Path) -> None:
        if skips:
            raise Skipped("needs a moon")
        for chance in report.rounds(count, seed):
            assert chance not in bad, "as it was told"
            report.add(kills=1)
            report.most(pause=chance)
        report.control("control", True, "lost 3")

    return Scenario(name="made_up", what="", short=5, long=20, chunk=4, run=run)


def test_a_failure_names_its_seed_and_the_command_that_repeats_it(capfd: pytest.CaptureFixture[str]) -> None:
    result = running.chunk(scenario(13), 10, 5, "short")
    assert (result.passed, result.failure) == (8, "AssertionError: as it was told\nassert 13 not in (13,)")
    assert result.repeat == "seed 13, repeat with: python -m tests.torture --only made_up --seed 13 --count 1"
    assert result.repeat in capfd.readouterr().err


def test_the_long_form_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    first = next(running.long(scenario(), 1, results))
    assert (first.seed, first.count) == (1, 4)
    rest = list(running.long(scenario(), 1, results))
    assert [result.seed for result in rest] == [5, 9, 13, 17]
    assert list(running.long(scenario(), 1, results)) == []


def test_rounds_after_a_failure_have_seeds_of_their_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    results = Results(tmp_path / "results.jsonl")
    done = list(running.long(scenario(2), 1, results))
    assert sum(result.passed for result in done) == 20
    assert [result.failure != "" for result in done][:2] == [True, False]
    assert done[-1].seed + done[-1].count == 24, "three rounds fell out with the second one"


def test_what_can_not_run_here_is_no_result(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    assert [result.skipped for result in running.long(scenario(skips=True), 1, results)] == ["needs a moon"]
    assert results.read() == []


def test_a_negative_control_that_goes_well_fails_the_run() -> None:
    with pytest.raises(AssertionError, match="must fail, and did not: nothing was lost"):
        Report().control("NORMAL", False, "nothing was lost")


def test_every_scenario_has_its_numbers() -> None:
    assert len(registry.names()) == len(registry.NAMES)
    for name in registry.names():
        loaded = registry.load(name)
        assert 0 < loaded.short <= loaded.long
        assert loaded.what.endswith(".")
