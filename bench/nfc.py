"""From a tag in the field to its NDEF message, beside nfcpy's own loop with its defaults on the same chip.

The chip is a process of its own behind a pty, with the air times of `hardware.simulated.pn532`. Both readers run in
this process, one after the other, and both get the same taps: an NTAG213 with a product's link, at moments that are
spread evenly over the time between looks. `cpu_percent` is this process's processor time, reader, supervisor and bench
together, over the taps and as long again without any.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nfc
import nfc.clf.pn532
from nfc.clf.transport import TTY

from hardware import drivers
from hardware.scan import ReaderEvent
from hardware.simulated.control import Remote
from hardware.supervisor import Supervisor

CHIP = "chip"
HELD, BETWEEN = 0.3, 0.6
"""Seconds a tag is held, and from one tap to the next."""
HELD_FOR_NFCPY, BETWEEN_FOR_NFCPY = 0.7, 1.3
"""nfcpy's loop may be half a second late."""
SPREAD = 0.6180339887


def run(*, short: bool = False) -> dict[str, Any]:
    """`median_ms`, `max_ms`, `cpu_percent`, nfcpy's median and `over_nfcpy_default`; 0 `missed` and 0 `wrong`."""
    taps = 5 if short else 40
    with tempfile.TemporaryDirectory() as folder, _chip(Path(folder)) as chip:
        ours, cpu = _ours(chip, taps)
        default = _nfcpy(chip, taps)
    return {
        "median_ms": round(statistics.median(ours), 1),
        "max_ms": round(max(ours), 1),
        "cpu_percent": round(cpu, 2),
        "nfcpy_default_median_ms": round(statistics.median(default), 1),
        "nfcpy_default_max_ms": round(max(default), 1),
        "over_nfcpy_default": round(statistics.median(ours) / statistics.median(default), 2),
        "taps": taps,
        "missed": 2 * taps - len(ours) - len(default),
    }


@contextmanager
def _chip(folder: Path) -> Iterator[Remote]:
    command = [sys.executable, "-m", "hardware.simulated", "--dir", str(folder), "--chip", CHIP]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            assert json.loads(process.stdout.readline())["ready"]
            yield Remote(folder)
        finally:
            process.terminate()


class Stopwatch:
    """The tap that is on its way, and when its message came."""

    def __init__(self) -> None:
        self._said = b""
        self._came = threading.Event()
        self._when = 0.0

    def message(self, octets: bytes) -> None:
        self._when, self._said = time.monotonic(), octets
        self._came.set()

    def taps(self, chip: Remote, count: int, held: float, between: float) -> Iterator[float]:
        """Milliseconds from each tap to its message; a missed one yields nothing."""
        for number in range(count):
            due = _link(number)
            self._came.clear()
            began = time.monotonic()
            chip.tap(CHIP, due, uid=b"\x04" + number.to_bytes(6, "big"), seconds=held)
            if self._came.wait(held + 0.5):
                if self._said != due:
                    raise ValueError(f"wrong: {self._said!r} instead of {due!r}")
                yield 1000 * (self._when - began)
            time.sleep(max(0.0, began + between + number * SPREAD % 1 * 0.1 - time.monotonic()))


def _ours(chip: Remote, taps: int) -> tuple[list[float], float]:
    watch, up = Stopwatch(), threading.Event()

    def emit(event: ReaderEvent) -> None:
        if event.kind == "up":
            up.set()
        if event.scan:
            watch.message(event.scan.data)

    reader = Supervisor("bench", drivers.load("nfc_pn532"), {"path": chip.path(CHIP)}, emit)
    reader.start()
    try:
        assert up.wait(10)
        with _processor() as percent:
            times = list(watch.taps(chip, taps, HELD, BETWEEN))
            time.sleep(taps * BETWEEN)
        return times, percent()
    finally:
        reader.stop()


@contextmanager
def _processor() -> Iterator[Callable[[], float]]:
    """Processor time of this process in percent of one core, asked for afterwards."""
    clock, used = time.monotonic(), time.process_time()
    share = 0.0
    yield lambda: share
    share = 100 * (time.process_time() - used) / (time.monotonic() - clock)


def _nfcpy(chip: Remote, taps: int) -> list[float]:
    """nfcpy's `connect` as its documentation has it: all technologies, its own pauses, its presence check."""
    watch, quitting = Stopwatch(), threading.Event()
    frontend = nfc.ContactlessFrontend()
    frontend.device = _opened(chip.path(CHIP))

    def connected(tag: nfc.tag.Tag) -> bool:
        if tag.ndef:
            watch.message(tag.ndef.octets)
        return True

    def loop() -> None:
        while not quitting.is_set():
            frontend.connect(rdwr={"on-connect": connected}, terminate=quitting.is_set)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        return list(watch.taps(chip, taps, HELD_FOR_NFCPY, BETWEEN_FOR_NFCPY))
    finally:
        quitting.set()
        thread.join()
        frontend.close()


def _opened(path: str) -> Any:
    """Found by name only in /dev, hence opened as nfcpy's own `connect` does."""
    return nfc.clf.pn532.init(TTY(str(Path(path).resolve())))


def _link(number: int) -> bytes:
    payload = b"\x04shop.example/01/" + f"{4006381000000 + number:014}".encode()
    return bytes([0xD1, 1, len(payload)]) + b"U" + payload
