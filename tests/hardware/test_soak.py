"""An hour of every reader at once, with taps, pulled plugs, hangs and broken bytes: 0 missed, 0 twice, 0 wrong.

Long, so it runs only where it is asked for: `TOTE_SOAK=3600 scripts/test tests/hardware/test_soak.py` (seconds).
Keyboard scanners are there under umockdev, so apart: `TOTE_SOAK=3600 TOTE_SOAK_DRIVERS=barcode_hid umockdev-wrapper
.venv/bin/python -m pytest tests/hardware/test_soak.py`.
"""

import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hardware.rigs import RIGS, Recorder, Rig

SECONDS = float(os.environ.get("TOTE_SOAK", "0"))
SETTLED = 300.0
"""Seconds after which what libraries open at first use is open."""
ONLY = os.environ.get("TOTE_SOAK_DRIVERS", "").split()
PAUSE = 1.5
"""Seconds between two things that happen to a reader."""


class Hour:
    """What happens to one reader, and what it must have read."""

    def __init__(self, rig: Rig, recorder: Recorder, nudge: Callable[[], None], seed: int) -> None:
        self.driver = rig.driver
        self._rig, self._recorder, self._nudge = rig, recorder, nudge
        self._random = random.Random(seed)
        self.expected: list[bytes] = []
        self.happened: Counter[str] = Counter()
        self.trouble: list[str] = []

    def run(self, end: float) -> None:
        number = 0
        try:
            while time.monotonic() < end:
                number += 1
                self._something(number)
                time.sleep(self._random.random() * PAUSE)
        except AssertionError as error:
            self.trouble.append(f"{self._rig.driver} after {dict(self.happened)}: {error}"[:2000])

    def _something(self, number: int) -> None:
        chance = self._random.random()
        if chance < 0.03:
            self._failed("unplugged", self._rig.unplug, self._rig.replug)
        elif chance < 0.04 and self._rig.can_hang:
            self._failed("hung", self._rig.hang, self._rig.recover)
        elif chance < 0.07:
            self._broken()
        else:
            self._read(number)

    def _read(self, number: int) -> None:
        self.happened["read"] += 1
        self.expected.append(self._rig.show(number))
        self._recorder.wait_for("scan", len(self.expected), timeout=20)
        self._rig.clear()

    def _failed(self, what: str, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self.happened[what] += 1
        downs, ups = len(self._recorder.of("down")), len(self._recorder.of("up"))
        begin()
        self._recorder.wait_for("down", downs + 1, timeout=30)
        end()
        self._nudge()
        self._recorder.wait_for("up", ups + 1, timeout=30)

    def _broken(self) -> None:
        self.happened["broken"] += 1
        self._rig.corrupt()
        time.sleep(2.0)
        self._recorder.wait(lambda seen: len(seen.of("up")) == len(seen.of("down")) + 1, timeout=30)


@pytest.mark.skipif(not SECONDS, reason="long: TOTE_SOAK says for how many seconds")
@pytest.mark.timeout(0)
def test_an_hour_of_every_reader_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack:
        hours = []
        for seed, make in enumerate(rig for rig in RIGS if not ONLY or rig.driver in ONLY):  # type: ignore[attr-defined]
            place = tmp_path / str(seed)
            place.mkdir()
            rig = make(place)
            stack.callback(rig.close)
            supervisor, recorder = stack.enter_context(rig.supervised(f"reader-{seed}"))
            hours.append(Hour(rig, recorder, supervisor.nudge, seed))
            stack.callback(_same, hours[-1], recorder)
        threads = [threading.Thread(target=hour.run, args=(time.monotonic() + SECONDS,)) for hour in hours]
        for thread in threads:
            thread.start()
        time.sleep(min(SECONDS / 4, SETTLED))
        early = _descriptors()
        for thread in threads:
            thread.join()
        late = _descriptors()
        told = [f"{hour.driver:15} {dict(hour.happened)}" for hour in hours]
        with capsys.disabled():
            sys.stdout.write("\n".join(["", *told, f"descriptors: {early} at first, {late} at the end", ""]))
        assert [trouble for hour in hours for trouble in hour.trouble] == []
        assert late <= early + 20


def _same(hour: Hour, recorder: Recorder) -> None:
    if not hour.trouble:
        assert recorder.codes() == hour.expected


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
