"""The box's sync thread: joins the event log's outbox and the line."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sync import topics
from sync.asking import PATIENCE, Asking
from sync.codec import Directed, FeedDelta, Receipt, Told
from sync.line import Address, Line, LineDown, LineUp, Message
from sync.outbox import Outbox
from sync.outlog import NoRoom
from sync.pace import Pace
from sync.stumbles import Stumbles
from sync.tls import Trust
from sync.uplink import UplinkState

log = logging.getLogger(__name__)

STUMBLED = 1.0
"""Seconds until the next try after the log could not be read or written."""
LOOK = 0.01
"""Seconds between looks whether the thread came round."""
TRIM_PAUSE = 0.2
"""Seconds between chunks that are forgotten, and until it is looked again whether there is time for it."""


@dataclass(frozen=True)
class _Wake:
    """Something was appended."""


class BoxSync:
    """Sends what the log holds and takes in what HQ says, for as long as it runs.

    `wake()` after each append sends at once. `on_feed(feed, payload)` is called on the sync thread with each head of a
    feed and must only pass it on; `on_line(up)` and `on_receipt(receipt)`, with each one that is believed, likewise.
    `on_directed(delta)`, with directives to this store, may take as long as a transaction of the log does.
    """

    def __init__(
        self,
        outbox: Outbox,
        line: Line,
        store: str,
        *,
        on_feed: Callable[[str, bytes], None],
        on_line: Callable[[bool], None],
        on_receipt: Callable[[Receipt], None] = lambda _: None,
        on_directed: Callable[[FeedDelta], None] = lambda _: None,
    ) -> None:
        self.asking = Asking(line.publish, store)
        self._outbox, self._line, self._pace = outbox, line, Pace()
        self._down, self._feeds = topics.down(store), topics.feed("")
        self._up = topics.up(store)
        self._on_feed, self._on_line, self._on_receipt = on_feed, on_line, on_receipt
        self._on_directed = on_directed
        self._woken, self._stumbled, self._trimming = False, False, True
        self._stumbles, self._rounds = Stumbles(), 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def line_up(self) -> bool:
        return self._line.up

    @property
    def state(self) -> UplinkState:
        return self._outbox.state

    @property
    def trouble(self) -> str:
        """What keeps events from HQ, as long as it does so again and again; "" in good health."""
        words = self._stumbles.words
        return f"events can't be sent just now, it is tried again: {words}" if words else self._outbox.trouble

    def start(self) -> None:
        self._line.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._line.inbox.put(_Wake())
        self._thread.join(timeout=2)
        self._line.stop()

    def wake(self) -> None:
        """Something was appended. From any thread; while a batch is on its way anyhow, it costs next to nothing."""
        self._pace.touched()
        if not self._woken:
            self._woken = True
            self._line.inbox.put(_Wake())

    def moves(self, seconds: float) -> bool:
        """Whether this object's thread comes round within `seconds`, be the line up or down."""
        before = self._rounds
        self._line.inbox.put(_Wake())
        ends = time.monotonic() + seconds
        while self._rounds == before:
            if time.monotonic() > ends:
                return False
            time.sleep(LOOK)
        return True

    def ask(self, kind: str, body: dict[str, Any], timeout: float = PATIENCE) -> dict[str, Any] | None:
        """HQ's answer, None without one in `timeout` seconds. From any thread but this object's own."""
        return self.asking.ask(kind, body, timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._rounds += 1
            try:
                self._step()
                if self._stumbles.times and self._outbox.drained:
                    self._stumbles.over()
            except Exception as error:
                # The log could not be used just now. Nothing is lost by trying again from the last receipt.
                log.exception("sync stumbled; it goes on from the last receipt in a second")
                self._stumbled = True
                self._stumbles.again(error)
                self._stopping.wait(STUMBLED)

    def _step(self) -> None:
        if self._stumbled:
            self._outbox.line_up() if self._line.up else self._outbox.line_down()
            self._stumbled = False
        else:
            self._await()
        self._send()

    def _await(self) -> None:
        wait = self._outbox.wait()
        if self._trimming:
            wait = TRIM_PAUSE if wait is None else min(wait, TRIM_PAUSE)
        try:
            happened = self._line.inbox.get(timeout=wait)
        except queue.Empty:
            self._trim()
        else:
            self._handle(happened)

    def _send(self) -> None:
        """Whatever there is room for. With a batch on its way, appends need not wake this thread: an answer will."""
        if not self._outbox.in_flight:
            self._woken = False
        while not self._stopping.is_set():
            began = time.thread_time()
            payload = self._outbox.take(self._pace.most)
            if payload is None:
                return
            if not self._line.publish(self._up, payload):
                self._outbox.line_down()
            self._stopping.wait(self._pace.rest(time.thread_time() - began))

    def _trim(self) -> None:
        if self._trimming and not self._outbox.in_flight and not self._pace.busy:
            try:
                self._trimming = self._outbox.trim()
            except NoRoom:  # with the next receipt again
                self._trimming = False

    def _handle(self, happened: object) -> None:
        match happened:
            case LineUp():
                log.info("line up")
                self._outbox.line_up()
                self._on_line(True)
            case LineDown(reason=reason):
                log.info("line down: %s", reason)
                self._outbox.line_down()
                self._on_line(False)
            case Message(topic=topic, payload=payload) if topic == self._down:
                self._heard(payload)
            case Message(topic=topic, payload=payload) if topic.startswith(self._feeds):
                self._on_feed(topic.removeprefix(self._feeds), payload)

    def _heard(self, payload: bytes) -> None:
        match self._outbox.hear(payload):
            case Told() as answer:
                self.asking.told(answer)
            case Directed(delta=delta):
                self._on_directed(delta)
            case Receipt() as receipt:
                self._stumbles.over()
                self._trimming = self._trimming or receipt.trim_to > 0
                self._on_receipt(receipt)


def box_line(addresses: Sequence[Address], store: str, tls: Trust | None = None) -> Line:
    """The line of a box: HQ's answers to it, and the heads of all feeds and rings."""
    wanted = (topics.down(store), topics.feed("+"), topics.feed("+", "+"))
    return Line(addresses, name=f"tote-{store}", subscriptions=wanted, tls=tls, presence=topics.here(store))


def real_clocks() -> tuple[Callable[[], float], Callable[[], int], Random]:
    """The monotonic clock in seconds, the wall clock in milliseconds, and system randomness, for an `Outbox`."""
    return time.monotonic, lambda: time.time_ns() // 1_000_000, Random()  # noqa: S311  (jitter, not a secret)
