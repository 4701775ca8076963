"""Simulated boxes: disks that outlive their programs, with the real `Outbox` on each."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sync.outbox import Outbox
from sync.simulator_account import Account
from sync.simulator_hq import POISON
from sync.simulator_log import MemoryLog
from sync.simulator_world import World

BATCH, CHUNK = 6, 4
"""Events of a batch, and of a transaction that appends again or forgets: small, so that few events make many."""
T = TypeVar("T")


class BoxCrash(Exception):
    """A box died between two transactions."""


class SimulatedBox:
    """What its program knew in memory is gone after each `boot`."""

    def __init__(self, world: World, account: Account, name: str, store: str, log: MemoryLog | None = None) -> None:
        self._world, self._account = world, account
        self.name, self.store = name, store
        self.log = log or MemoryLog(
            world.new_id(),
            chunk=CHUNK,
            new_id=world.new_id,
            between=self._between,
            on_forgotten=account.forgotten.extend,
        )
        self.snapshot: MemoryLog | None = None
        self.up = True
        self.survive(self.boot)

    def boot(self) -> None:
        self.log.reopen()
        world = self._world
        self.outbox = Outbox(
            self.log,
            self.store,
            now=lambda: world.clock,
            wall_ms=lambda: int(world.random.uniform(0, 2e12)),
            random=world.random,
            batch_events=BATCH,
        )
        if self.up:
            self.outbox.line_up()

    def survive(self, work: Callable[[], T]) -> T | None:
        """Whoever dies in `work` is started again, until it gets through."""
        with suppress(BoxCrash):
            return work()
        self._world.note(self.name, "dies between")
        while True:
            with suppress(BoxCrash):
                self.boot()
                return None

    def line(self, up: bool) -> None:
        self._world.note(self.name, "up" if up else "down")
        self.up = up
        self.outbox.line_up() if up else self.outbox.line_down()

    def append(self) -> None:
        world = self._world
        kind = POISON if world.chance(world.weather.poison) else "Fact"
        event = self.log.append(world.new_id(), kind, world.random.randrange(2**41), json.dumps({"of": self.name}))
        self._account.appended.append(event.id)
        world.note(self.name, "appends", event.id, event.log, event.n)

    def happen(self) -> None:
        """Whatever comes over a box."""
        world, weather = self._world, self._world.weather
        for _ in range(world.random.randrange(4)):
            self.append()
        if world.chance(weather.line_cut if self.up else weather.line_back):
            self.line(not self.up)
        if world.chance(weather.box_crash):
            world.note(self.name, "crashes")
            self.survive(self.boot)
        if world.chance(weather.trim) and not self.outbox.in_flight and self.outbox.trim():
            world.note(self.name, "trims to", self.log.cut())
        if world.chance(weather.snapshot):
            world.note(self.name, "is copied")
            self.snapshot = self.log.copy()
        if self.snapshot and world.chance(weather.rollback):
            self._roll_back(self.snapshot)

    def is_moved(self) -> None:
        """The log finds itself on another machine."""
        kept = self.log.receipt()
        self.survive(lambda: self.log.forked(kept.n + 1 if kept else 1, "machine"))
        self.survive(self.boot)

    def _roll_back(self, snapshot: MemoryLog) -> None:
        self._world.note(self.name, "is rolled back")
        before = {event.id for event in self.log.events()}
        self._account.rolled_back_logs |= {event.log for event in self.log.events()}
        self.log = snapshot.copy()
        self._account.rolled_back |= before - {event.id for event in self.log.events()}
        self.survive(self.boot)

    def _between(self) -> None:
        if self._world.chance(self._world.weather.crash_between):
            raise BoxCrash
