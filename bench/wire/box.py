"""A box without screens, as a process: its log filled beforehand, then drained, or appended to as fast as it can.

It says JSON lines on stdout ({"ready"}, {"began"}, {"ended"}) and begins at a line on stdin.
"""

import argparse
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bench.wire.mix import Made, events
from edge.store import Database, EventLog
from sync.line import Address
from sync.outbox import Outbox
from sync.service import BoxSync, box_line, real_clocks

AT_ONCE = 1000
"""Events appended in one transaction while the log is filled."""
BETWEEN_SCANS = 0.025
"""Seconds: more than any shop scans, so that many are counted while the backlog drains."""


class Box:
    def __init__(self, folder: Path, store: str, brokers: Sequence[Address], seal_key: bytes) -> None:
        self.database = Database(folder / "store.db")
        self.log = EventLog(self.database)
        self.events = events(store, seal_key)
        now, wall_ms, random = real_clocks()
        outbox = Outbox(self.log, store, now=now, wall_ms=wall_ms, random=random)
        line = box_line(brokers, store)
        self.sync = BoxSync(outbox, line, store, on_feed=lambda *_: None, on_line=lambda _: None)

    def fill(self, count: int) -> None:
        while count > 0:
            self._append(list(itertools.islice(self.events, min(count, AT_ONCE))))
            count -= AT_ONCE

    def scan(self) -> float:
        """Appends one event as a scan does. Returns how long it took, in milliseconds."""
        began = time.perf_counter()
        self._append([next(self.events)])
        self.sync.wake()
        return 1000 * (time.perf_counter() - began)

    def drained(self) -> bool:
        kept = self.log.receipt()
        return kept is not None and kept.n == self.log.head()

    def _append(self, made: list[Made]) -> None:
        at = time.time_ns() // 1_000_000
        self.database.write(
            lambda db: [self.log.append(db, event, event_id=id_, at=at, blob=blob) for id_, event, blob in made]
        )

    def close(self) -> None:
        self.sync.stop()
        self.database.close()


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def drain(box: Box, _: float) -> None:
    box.sync.start()
    while not box.drained():
        time.sleep(0.02)


def scan(box: Box, _: float) -> None:
    """Scans go on while the backlog drains."""
    with scanning(box) as took:
        time.sleep(2)
        idle = list(took)
        box.sync.start()
        while box.log.receipt() is None:
            time.sleep(0.02)
        began = len(took)
        behind = box.log.head()
        while (kept := box.log.receipt()) is None or kept.n < behind:
            time.sleep(0.05)
    say(idle=idle, draining=took[began:])


@contextmanager
def scanning(box: Box) -> Iterator[list[float]]:
    took: list[float] = []
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(BETWEEN_SCANS):
            took.append(box.scan())

    thread = threading.Thread(target=run)
    thread.start()
    yield took
    stopping.set()
    thread.join()


def live(box: Box, seconds: float) -> None:
    box.sync.start()
    while not box.drained():
        time.sleep(0.02)
    say(began=box.log.head())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        box.scan()
    say(ended=box.log.head())
    while not box.drained():
        time.sleep(0.02)


MODES = {"drain": drain, "scan": scan, "live": live}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=MODES)
    for name in ("--dir", "--store", "--broker", "--seal-key"):
        parser.add_argument(name, required=True)
    parser.add_argument("--events", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    host, _, port = args.broker.rpartition(":")
    with closing(Box(Path(args.dir), args.store, [(host, int(port))], bytes.fromhex(args.seal_key))) as box:
        box.fill(args.events)
        say(ready=True)
        sys.stdin.readline()
        MODES[args.mode](box, args.seconds)
        say(drained=box.log.head())
        sys.stdin.readline()


if __name__ == "__main__":
    main()
