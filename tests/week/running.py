"""The week itself: hour by hour the clock is put forward, and what belongs to the hour is done."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from edge.demo.programs import program
from edge.demo.walk.in_the_shop import reprice
from edge.demo.walk.journey import Journey
from edge.demo.walk.station import until
from tests.system.running import start
from tests.torture.shifted import ShiftedClock, compiled
from tests.week.people import People
from tests.week.samples import Sample, Sampler

HOURS, OPENS, CLOSES = 24, 10, 20
MIDNIGHT_UTC = 22
"""When the demo shop's day begins, in winter."""
VISITS, NIGHT_STEPS = 8, 6
"""Of an hour: visits while the shop is open, steps of the clock while it is not."""
BUSY, QUIET = 4, 1
"""How long an open hour takes, and a closed one, in shares of the time there is."""
BACKUP, PRICES = 3, 6
"""The hours at which backups are made, and new prices published."""
LINE_DOWN = ((1, 20, 2, 9), (4, 12, 4, 14))
"""From day and hour to day and hour."""
HOUR_MS = 3_600_000
RECEIVED = 120.0
"""Seconds until HQ has everything, at the end."""
PATIENCE = 900.0
"""Seconds for a command, on a machine that has other work."""
COUNTED = 3
"""Hours between two counts of the stock."""


class Week:
    """Of a demo in `folder`, which stays. `minutes`: what it takes."""

    def __init__(self, folder: Path, *, minutes: float, days: int, seed: int) -> None:
        self._folder, self._days, self._seed = folder, days, seed
        self._share = minutes * 60 / (days * ((CLOSES - OPENS) * BUSY + (HOURS - CLOSES + OPENS) * QUIET))
        self._clock = ShiftedClock(compiled(folder), folder / "shift")
        self._ahead = _until_midnight_ms()

    def run(self, tell: Callable[[Sequence[Sample]], None]) -> list[Sample]:
        """`tell` is given the hours so far as each ends."""
        self._clock.set(self._ahead)
        os.environ.update(self._clock.environment)  # every program of the demo, and those started here, see that clock
        running = start("--dir", self._folder / "demo")
        try:
            with Journey(running.plan) as journey:
                self._journey, self._people = journey, People(journey, self._seed)
                self._sampler = Sampler(running.plan)
                week = []
                for sample in self._hours():
                    week.append(sample)
                    tell(week)
                return week
        finally:
            running.stop()

    def _hours(self) -> Iterator[Sample]:
        for hour in range(self._days * HOURS):
            day, of_day = divmod(hour, HOURS)
            self._line(day, of_day)
            if OPENS <= of_day < CLOSES:
                self._open_hour(of_day)
            else:
                self._closed_hour(of_day)
            if hour == self._days * HOURS - 1:
                until(lambda: self._status()["waiting"] == 0, "HQ has everything", RECEIVED)
            yield self._sampler.take(hour, self._status(), broken=self._people.broken)

    def _status(self) -> dict[str, Any]:
        """However busy the machine is."""
        told: dict[str, Any] = requests.get(f"{self._journey.plan.url('box')}/status.json", timeout=PATIENCE).json()
        return told

    def _open_hour(self, of_day: int) -> None:
        if of_day % COUNTED == 0:
            self._count_stock(of_day)
        for visit in range(VISITS):
            self._paced(HOUR_MS // VISITS, self._share * BUSY / VISITS, self._people.visit)
            if visit % (VISITS // 2) == 0:
                self._people.serve()

    def _closed_hour(self, of_day: int) -> None:
        for step in range(NIGHT_STEPS):
            self._paced(HOUR_MS // NIGHT_STEPS, self._share * QUIET / NIGHT_STEPS, lambda: None)
            if step == 0 and of_day == BACKUP:
                self._back_up()
            if step == 0 and of_day == PRICES:
                self._new_prices()
                self._people.reload()

    def _paced(self, ms: int, seconds: float, act: Callable[[], None]) -> None:
        """`act`, then the clock `ms` ahead; all of it takes `seconds`, or as long as `act` does."""
        ends = time.monotonic() + seconds
        act()
        time.sleep(max(0.0, ends - time.monotonic()))
        self._ahead += ms - int(seconds * 1000)
        self._clock.set(self._ahead)

    def _line(self, day: int, of_day: int) -> None:
        if any((day, of_day) == (first, begins) for first, begins, _, _ in LINE_DOWN):
            self._journey.line.pull(up=False)
        if any((day, of_day) == (last, ends) for _, _, last, ends in LINE_DOWN):
            self._journey.line.pull(up=True)

    def _back_up(self) -> None:
        plan = self._journey.plan
        _done(program("tote"), "backup", "--config", str(plan.config))
        _done(program("tote-hq"), "backup", "--dir", str(plan.hq), "--keep", "14")

    def _new_prices(self) -> None:
        """Another product each night is a little dearer or cheaper: a version, told as a delta."""
        feed = self._journey.plan.dir / "feed"
        products = sorted({article.product for article in self._journey.articles.values()})
        night = self._ahead // (HOURS * HOUR_MS)
        reprice(feed / "articles.csv", feed / "prices.csv", products[night % len(products)], f"{night % 90 + 10}.45")
        self._imported(feed / "prices.csv")

    def _count_stock(self, of_day: int) -> None:
        """The stock of the store as it is this hour."""
        feed = self._journey.plan.dir / "feed"
        with (feed / "stock.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        at = datetime.fromtimestamp((time.time_ns() // 1_000_000 + self._ahead) / 1000, UTC)
        for n, row in enumerate(rows):
            row["quantity"] = str((int(row["quantity"]) + n * of_day) % 12)
            row["as_of"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        with (feed / "stock-now.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        self._imported(feed / "stock-now.csv")

    def _imported(self, file: Path) -> None:
        _done(program("tote-hq"), "import", str(file), "--dir", str(self._journey.plan.hq))


def _until_midnight_ms() -> int:
    """Milliseconds to the beginning of the shop's next day."""
    return (MIDNIGHT_UTC * HOUR_MS - time.time_ns() // 1_000_000) % (HOURS * HOUR_MS)


def _done(*command: str) -> None:
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if told.returncode:
        sys.stderr.write(told.stderr)
        raise AssertionError(f"{' '.join(command[:2])} failed: {told.stderr[-500:]}")
