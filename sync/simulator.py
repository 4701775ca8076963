"""The whole protocol on one thread: boxes, HQ and a bad line, with injected clock, randomness and disasters.

The boxes run the real `Outbox`, HQ the real `ingest_all`; only storage and the line are simulated (`simulator_log`,
`simulator_hq`, `simulator_line`). What can happen: messages get lost, torn, repeated and overtaken; boxes and HQ die
between and inside transactions; a box's database is rolled back; a card is copied and goes on in two boxes; HQ comes
back from a backup; boxes forget what HQ has in a verified backup. Same seed, same trace.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sync.codec import Malformed, encode_answer
from sync.ingest import ingest_all
from sync.simulator_account import Account
from sync.simulator_boxes import SimulatedBox
from sync.simulator_hq import POISON, HqCrash, MemoryLedger
from sync.simulator_line import HQ, SimulatedLine
from sync.simulator_log import MemoryLog
from sync.simulator_world import CALM, WEATHERS, Weather, World

__all__ = ["POISON", "MemoryLedger", "MemoryLog", "Simulation", "Weather", "run", "trace_of"]

STEPS = 100
"""Of a storm."""
PATIENCE = 400.0
"""Simulated seconds in which everything is drained once the line is good: a silent box asks after 300 at most."""
TALK = 5_000
"""Messages that this takes at most."""


class Simulation:
    """`storm(steps)` lets things happen, `heal()` makes all good and waits until all is drained, `check()` accounts."""

    def __init__(self, seed: int, *, boxes: int = 3, weather: Weather | None = None) -> None:
        """Each seed has one of several weathers, unless it is told which."""
        self.world = World(seed, weather or WEATHERS[seed % len(WEATHERS)])
        self.account = Account()
        self.line = SimulatedLine(self.world)
        self.ledger = MemoryLedger(self._live, lambda: int(self.world.clock * 1000) + 1)
        self.boxes: list[SimulatedBox] = []
        self._inbox: list[tuple[str, bytes]] = []
        for i in range(boxes):
            self._add_box(f"store-{i}")

    def storm(self, steps: int = STEPS) -> None:
        for _ in range(steps):
            box = self.world.random.choice(self.boxes)
            box.happen()
            self._pump(box)
            self._happen_between(box)
            self._run_line(self.world.clock + self.world.random.uniform(0, 1.0))

    def heal(self) -> None:
        """Raises `AssertionError` when not everything is drained after `PATIENCE` seconds or `TALK` messages."""
        world, begin, heard = self.world, self.world.clock, self.line.delivered
        world.weather = CALM
        for box in self.boxes:
            if not box.up:
                box.line(up=True)
        while world.clock < begin + PATIENCE:
            for box in self.boxes:
                self._pump(box)
            self._flush()
            self._run_line(world.clock + 5.0)
            assert self.line.delivered < heard + TALK, f"more than {TALK} messages and no end"
        late = [box.name for box in self.boxes if not box.outbox.drained]
        assert not late, f"not drained after {PATIENCE:.0f} s: {', '.join(late)}"

    def check(self) -> None:
        """Raises `AssertionError` when something acknowledged is missing at HQ, came twice or out of order."""
        self.account.check([box.log for box in self.boxes], self.ledger)

    def published(self, box: SimulatedBox, payload: bytes) -> None:
        """The broker has acknowledged what `box` sent. That means nothing; but see `simulator_controls`."""

    def _add_box(self, store: str, log: MemoryLog | None = None) -> SimulatedBox:
        self.boxes.append(SimulatedBox(self.world, self.account, f"box-{len(self.boxes)}", store, log))
        return self.boxes[-1]

    def _happen_between(self, box: SimulatedBox) -> None:
        world, weather = self.world, self.world.weather
        if world.chance(weather.clone):
            twin = self._add_box(box.store, (box.snapshot or box.log).copy())
            world.note(box.name, "goes on as", twin.name)
            if world.chance(weather.noticed):
                twin.is_moved()
        if world.chance(weather.backup):
            world.note("backup")
            self.ledger.backup()
        if self.ledger.backups and world.chance(weather.restore):
            self._restore(older=world.chance(weather.too_old))

    def _restore(self, *, older: bool) -> None:
        back = self.world.random.randrange(len(self.ledger.backups)) if older else 0
        self.world.note("restore", f"-{back}")
        self.account.restored_too_old |= back > 0
        self._inbox.clear()
        self.line.drop_answers()
        self.ledger.restore(older=back)

    # ---- messages ---------------------------------------------------------------------------------------------------

    def _pump(self, box: SimulatedBox) -> None:
        while (payload := box.survive(box.outbox.take)) is not None:
            self.world.note(box.name, "sends", len(payload))
            if box.up:
                self.line.send(HQ, box.store, payload)
                self.published(box, payload)

    def _run_line(self, until: float) -> None:
        for parcel in self.line.arriving(until):
            if parcel.to == HQ:
                self._inbox.append((parcel.store, parcel.payload))
                if not self.world.chance(self.world.weather.hq_waits):
                    self._flush()
            else:
                self._hear(next(box for box in self.boxes if box.name == parcel.to), parcel.payload)

    def _hear(self, box: SimulatedBox, payload: bytes) -> None:
        outbox = box.outbox
        box.survive(lambda: outbox.hear(payload))
        self._pump(box)

    def _flush(self) -> None:
        """What lies in HQ's inbox is taken in one transaction."""
        messages, self._inbox = self._inbox, []
        with suppress(HqCrash):
            for (store, _), outcome in zip(messages, ingest_all(self.ledger, messages), strict=True):
                self._answer(store, outcome)

    def _answer(self, store: str, outcome: object) -> None:
        """All boxes that bear the store's name hear it."""
        self.world.note("HQ", store, outcome)
        if isinstance(outcome, Exception):
            assert isinstance(outcome, Malformed | HqCrash), outcome
            return
        for box in self.boxes:
            if box.store == store and box.up:
                self.line.send(box.name, store, encode_answer(outcome))  # type: ignore[arg-type]

    def _live(self) -> None:
        if self.world.chance(self.world.weather.hq_crash):
            self.world.note("HQ dies")
            raise HqCrash


@contextmanager
def quiet() -> Iterator[None]:
    """A storm would fill the log with warnings."""
    package = logging.getLogger("sync")
    level = package.level
    package.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        package.setLevel(level)


def run(seed: int, kind: type[Simulation] = Simulation) -> Simulation:
    """One storm, its healing and the account. Raises `AssertionError` that names the seed; `trace_of` tells more."""
    simulation = kind(seed)
    try:
        with quiet():
            simulation.storm()
            simulation.heal()
            simulation.check()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    return simulation


def trace_of(seed: int, kind: type[Simulation] = Simulation) -> str:
    """What happened in the simulation of this seed, a line each, and how it ended."""
    simulation = kind(seed)
    try:
        with quiet():
            simulation.storm()
            simulation.heal()
            simulation.check()
    except AssertionError as error:
        simulation.world.note(error)
    return "\n".join(simulation.world.trace)
