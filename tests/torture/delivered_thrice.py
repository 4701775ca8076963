"""Every event is delivered three times, in disorder and in other pieces, torn and old batches between; receipts too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.torture.children import mosquitto
from tests.torture.evidence import Kept, judge
from tests.torture.relay import TIMES, Relay
from tests.torture.report import Report
from tests.torture.stage import Stage, answers, until

NAME = "delivered_thrice"
SHORT, LONG = 5_000, 100_000
PORTION = 1_000
"""Events that go through one wire; in bursts, so that there are many batches."""
BURST = 40
LANES = 3


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    with ThreadPoolExecutor(LANES) as pool:
        portions = [
            pool.submit(_portion, chance, min(PORTION, seed + count - chance), report, folder / str(chance))
            for chance in range(seed, seed + count, PORTION)
        ]
    for portion in portions:
        portion.result()


def _portion(seed: int, size: int, report: Report, folder: Path) -> None:
    with report.round(seed, size), _mischief(folder, seed) as (stage, relay):
        for left in range(size, 0, -BURST):
            stage.happen(min(BURST, left), pause=0.001)
        stage.drain()
        until(lambda: _times(stage, relay) >= TIMES, "every event came three times")
        stage.check()
        assert stage.finish(folder / "control") == size
        report.add(events=size, delivered=len(relay.delivered), torn=relay.up.torn + relay.down.torn, lost=0, twice=0)
        _control(report, stage, relay)


def _times(stage: Stage, relay: Relay) -> int:
    """How often the event came that came least often."""
    came: dict[str, int] = {}
    for _, _, id in list(relay.delivered):  # noqa: A001
        came[id] = came.get(id, 0) + 1
    return min(came.get(id, 0) for id in stage.acked.values())  # noqa: A001


def _control(report: Report, stage: Stage, relay: Relay) -> None:
    """An HQ that keeps whatever comes, in the order it comes: the same check must find fault."""
    try:
        judge([Kept(n, id, "") for _, n, id in relay.delivered], stage.acked)  # noqa: A001
    except AssertionError as fault:
        report.control("keeping what comes", True, str(fault)[:60])
    else:
        report.control("keeping what comes", False, "in order, and each once")


@contextmanager
def _mischief(folder: Path, seed: int) -> Iterator[tuple[Stage, Relay]]:
    """HQ at one broker, the box at another, the relay between them."""
    near, far = free_port(), free_port()
    (folder / "near").mkdir(parents=True)
    broker, relay = mosquitto(folder / "near", near), Relay(near, far, seed)
    try:
        until(lambda: answers(near), "the box's broker takes connections")
        relay.start()
        with Stage(folder, seed, ports=(far, near, far)) as stage:
            yield stage, relay
    finally:
        relay.stop()
        broker.kill()
        broker.wait()
