"""The deterministic simulation of the whole protocol, with the negative controls that must fail."""

import pytest

from sync.codec import Envelope
from sync.simulator import MemoryLog, Simulation, _MemoryTransaction

SEEDS = range(60)


def storm(seed: int) -> Simulation:
    simulation = Simulation(seed)
    simulation.storm(120)
    return simulation


def differences(simulation: Simulation) -> list[str]:
    """What HQ holds beside what the boxes recorded: lost, repeated or reordered events of every log."""
    found = []
    for store, log in simulation.logs.items():
        held = simulation.ledger.state.applied.get(log.log_id, [])
        poisoned = set(simulation.ledger.state.quarantined)
        wanted = [event_id for event_id in log.ids() if event_id not in poisoned]
        if held != wanted:
            found.append(store)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_storm_every_event_is_at_hq_once_and_in_order(seed: int) -> None:
    simulation = storm(seed)
    simulation.heal()
    assert differences(simulation) == []
    quarantined = simulation.ledger.state.quarantined
    assert len(quarantined) == len(set(quarantined))


def test_the_same_seed_gives_the_same_trace() -> None:
    assert storm(7).trace.hexdigest() == storm(7).trace.hexdigest()
    assert storm(7).trace.hexdigest() != storm(8).trace.hexdigest()


def test_control_without_the_mark_in_the_transaction_events_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that forgets its marks and what it has seen applies repeats again: the check above must notice."""
    monkeypatch.setattr(_MemoryTransaction, "mark", lambda self, log_id: None)
    monkeypatch.setattr(_MemoryTransaction, "seen", lambda self, ids: set())
    assert any(differences(storm(seed)) for seed in range(5))


def test_control_trimming_once_the_broker_has_it_loses_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that forgets what was handed to the line can't fill the gap when the line lost it."""
    handed_over: dict[str, int] = {}

    def forgetful(log: MemoryLog, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        if after < handed_over.get(log.log_id, 0):
            return [], {}
        events, blobs = honest(log, after, most, most_bytes)
        handed_over[log.log_id] = after + len(events)
        return events, blobs

    honest = MemoryLog.read
    monkeypatch.setattr(MemoryLog, "read", forgetful)
    simulation = storm(1)
    with pytest.raises(AssertionError, match="not drained"):
        simulation.heal(within=50)
