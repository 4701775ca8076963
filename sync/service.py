"""The box's sync thread: joins the event log, the uplink and the line."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from sync import topics
from sync.line import Address, Line, LineDown, LineUp, Message
from sync.tls import Trust
from sync.uplink import Uplink, UplinkState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wake:
    """Something was appended."""


class BoxSync:
    """Sends what the log holds and takes in what HQ says, for as long as it runs.

    `wake()` after each append sends at once. `on_feed(feed, payload)` is called on the sync thread with each head of a
    feed and must only pass it on. `on_line(up)` likewise.
    """

    def __init__(
        self,
        uplink: Uplink,
        line: Line,
        store: str,
        *,
        on_feed: Callable[[str, bytes], None],
        on_line: Callable[[bool], None],
    ) -> None:
        self._uplink, self._line = uplink, line
        self._down, self._feeds = topics.down(store), topics.feed("")
        self._up = topics.up(store)
        self._on_feed, self._on_line = on_feed, on_line
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def line_up(self) -> bool:
        return self._line.up

    @property
    def state(self) -> UplinkState:
        return self._uplink.state

    def start(self) -> None:
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        self._thread.join(timeout=2)
        self._line.stop()

    def wake(self) -> None:
        self._line.inbox.put(_Wake())

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception:
                # The log could not be read just now. Nothing is lost by trying again from the last receipt.
                log.exception("sync stumbled; it goes on from the last receipt in a second")
                self._stopping.wait(1.0)
                if self._line.up:
                    self._uplink.line_up()

    def _step(self) -> None:
        with suppress(queue.Empty):
            self._handle(self._line.inbox.get(timeout=self._uplink.wait()))
        while (payload := self._uplink.take()) is not None:
            if not self._line.publish(self._up, payload):
                self._uplink.line_down()

    def _handle(self, happened: object) -> None:
        match happened:
            case LineUp():
                log.info("line up")
                self._uplink.line_up()
                self._on_line(True)
            case LineDown(reason=reason):
                log.info("line down: %s", reason)
                self._uplink.line_down()
                self._on_line(False)
            case Message(topic=topic, payload=payload) if topic == self._down:
                self._uplink.hear(payload)
            case Message(topic=topic, payload=payload) if topic.startswith(self._feeds):
                self._on_feed(topic.removeprefix(self._feeds), payload)


def box_line(addresses: Sequence[Address], store: str, tls: Trust | None = None) -> Line:
    """The line of a box: HQ's answers to it, and the heads of all feeds."""
    return Line(addresses, name=f"tote-{store}", subscriptions=(topics.down(store), topics.feed("+")), tls=tls)


def real_clocks() -> tuple[Callable[[], float], Callable[[], int], Random]:
    """The monotonic clock in seconds, the wall clock in milliseconds, and system randomness, for an `Uplink`."""
    return time.monotonic, lambda: time.time_ns() // 1_000_000, Random()  # noqa: S311  (jitter, not a secret)
