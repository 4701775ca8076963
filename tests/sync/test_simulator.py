"""The deterministic simulation of the whole protocol, with the negative controls that must fail."""

from dataclasses import replace

import pytest

from sync.simulator import Simulation, run, trace_of
from sync.simulator_controls import CONTROLS, first_noticed
from sync.simulator_world import STORM

SEEDS = range(1000, 1060)
"""The first five hundred are run by `tests.torture`, ten thousand by its long form."""


@pytest.mark.parametrize("seeds", [SEEDS[start::3] for start in range(3)])
def test_after_any_storm_every_event_is_at_hq_once_and_in_order(seeds: range) -> None:
    """Lost, torn, repeated messages; crashes; rollbacks; clones; restores; trims. `run` says what is wrong."""
    for seed in seeds:
        run(seed)


def test_the_same_seed_gives_the_same_trace() -> None:
    assert trace_of(7) == trace_of(7)
    assert trace_of(7) != trace_of(8)


def test_storms_are_as_bad_as_they_should_be() -> None:
    """All that can happen does happen, or a storm proves nothing."""
    traces = "\n".join(trace_of(seed) for seed in range(60))
    for disaster in (
        "crashes",
        "dies between",
        "HQ dies",
        "is rolled back",
        "goes on as",
        "restore",
        "trims to",
        "Fork(",
    ):
        assert traces.count(disaster) > 20, disaster
    assert "rewind=True" in traces


@pytest.mark.parametrize("control", CONTROLS)
def test_control_without_one_of_its_means_the_protocol_is_caught_losing(control: str) -> None:
    noticed = first_noticed(CONTROLS[control], range(60))
    assert noticed is not None, f"{control}: nobody noticed"


def test_without_copies_and_rollbacks_nothing_is_ever_called_a_fork() -> None:
    """However the line, the crashes and the restores mix up what is said."""
    weather = replace(STORM, clone=0, rollback=0, restore=0.05, backup=0.1, too_old=0)
    for seed in range(60):
        simulation = Simulation(seed, weather=weather)
        simulation.storm()
        simulation.heal()
        assert simulation.ledger.forked_logs == set()
        assert simulation.ledger.state.gaps == []
        assert all(box.outbox.state.forks == 0 for box in simulation.boxes)
