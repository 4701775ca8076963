"""The short form of every scenario, one test each, shared out over the workers."""

import gc

import pytest

from tests.torture import registry, running


@pytest.mark.filterwarnings(
    # lines are cut here at every moment: what a library then leaves to the collector fails no promise of ours
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.timeout(400)  # a minute at most, on a machine that has time
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in registry.names()])
def test_it_survives(name: str) -> None:
    scenario = registry.load(name)
    result = running.chunk(scenario, scenario.short, 1, "short")
    gc.collect()  # here, not in the midst of a test that comes after it
    if result.skipped:
        pytest.skip(result.skipped)
    assert not result.failure, f"{result.failure}\n{result.repeat}"
    assert result.passed == result.count
