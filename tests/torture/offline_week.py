"""The line is down for seven simulated days; then the broker comes back, and everything drains in order."""

from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.torture import evidence, worker
from tests.torture.box import HOARD
from tests.torture.children import Child, forked, mosquitto, program
from tests.torture.report import Report
from tests.torture.stage import answers, until

NAME = "offline_week"
SHORT, LONG = 20_000, 200_000
CHUNK = LONG
STORE = "aurora-tallinn"
DAYS = 7
WARM = 200
"""Events before memory is looked at for the first time."""
MOST = 20.0
"""MB by which a box may grow, from then to its peak while offline and draining."""
PATIENCE = 900.0
HOARDED = 12_000
"""Events of the control: enough to leave no doubt."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    with report.round(seed, count):
        _week(count, seed, report, folder)
    if count > WARM:
        _control(min(count, HOARDED), seed, report, folder / "hoard")


def _week(count: int, seed: int, report: Report, folder: Path) -> None:
    port = free_port()
    box = _box(folder, port)
    try:
        before = _shop(box, seed, WARM)
        offline = _shop(box, seed + 1, count - WARM, days=DAYS)
        assert offline["mark"] == 0, "nobody listened"
        drained = _drain(box, folder, port)
    finally:
        box.stop()
    grown = (drained["peak"] - before["rss"]) / 1024
    report.most(growth_mb=round(grown, 1))
    assert grown < MOST, f"the box grew by {grown:.1f} MB"
    _compare(count, drained["log"], folder)
    report.add(events=count, lost=0, twice=0)


def _box(folder: Path, port: int, *words: str) -> Child:
    """A program of its own, so that its memory is its own."""
    folder.mkdir(parents=True, exist_ok=True)
    where = (folder / "box", STORE, f"127.0.0.1:{port}", *words)
    box = program("tests.torture.box", *where, log=folder / "box.log")
    assert box.hear()["ready"]
    return box


def _shop(box: Child, seed: int, count: int, *, days: int = 0) -> dict[str, Any]:
    """Appends `count` events whose times are spread over `days`; the box's state after the last."""
    box.tell(shop={"seed": seed, "count": count, "days": days})
    box.tell(state=True)
    return box.hear(PATIENCE)


def _drain(box: Child, folder: Path, port: int) -> dict[str, Any]:
    broker = mosquitto(folder, port)
    hq = None
    try:
        until(lambda: answers(port), "the broker takes connections")
        evidence.found(folder / "hq", STORE)
        hq = forked(worker.serve, folder / "hq", f"127.0.0.1:{port}", log=folder / "hq.log")
        hq.hear()
        until(lambda: (state := _state(box))["mark"] == state["head"], "everything is drained", PATIENCE)
        return _state(box)
    finally:
        if hq:
            hq.stop()
        broker.kill()
        broker.wait()


def _state(box: Child) -> dict[str, Any]:
    box.tell(state=True)
    return box.hear(PATIENCE)


def _compare(count: int, log_id: str, folder: Path) -> None:
    engine = evidence.engine_of(folder / "hq")
    assert evidence.check(engine, log_id, {}) == count
    received = evidence.received(engine, log_id)
    engine.dispose()
    assert received == sorted(received), "a later event was taken in before an earlier one"
    undisturbed = evidence.undisturbed(folder / "control", folder / "hq", [(STORE, folder / "box")])
    evidence.agree(evidence.state_of(folder / "hq"), undisturbed)


def _control(count: int, seed: int, report: Report, folder: Path) -> None:
    """A box that hands every event to the client's own queue while the line is down: it must grow beyond the limit."""
    box = _box(folder, free_port(), HOARD)
    try:
        before = _shop(box, seed, WARM)
        after = _shop(box, seed + 1, count - WARM)
    finally:
        box.kill()
    grown = (after["peak"] - before["rss"]) / 1024
    report.control("a queue in memory", grown > MOST, f"{grown:.1f} MB for {count:,} events")
