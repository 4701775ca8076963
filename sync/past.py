"""The earlier lives of a box's log, for an HQ that comes back from a backup. The trouble of one is its own: it is set
aside, begun anew from what is on the disk and tried again, ever more rarely, and holds up nobody."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from sync.codec import Answer
from sync.outlog import OutLog
from sync.stumbles import Stumbles
from sync.uplink import Uplink

log = logging.getLogger(__name__)
T = TypeVar("T")
_WELL = Stumbles()


class PastLives:
    """An `Uplink` for each."""

    def __init__(self, out: OutLog, uplink: Callable[[OutLog], Uplink], now: Callable[[], float]) -> None:
        """`uplink` makes one for a past life; `now` is a monotonic clock in seconds."""
        self._out, self._uplink, self._now = out, uplink, now
        self._up = False
        self._uplinks: dict[str, Uplink] = {}
        self._stumbles: dict[str, Stumbles] = {}
        self._aside: dict[str, float] = {}
        self.look()

    def __len__(self) -> int:
        return len(self._uplinks)

    def look(self) -> None:
        """Which there are now. Those that were set aside come back when it is time."""
        known, self._uplinks = self._uplinks, {}
        lives = {life.log_id: life for life in self._out.past()}
        self._stumbles = {log_id: known for log_id, known in self._stumbles.items() if log_id in lives}
        self._aside = {log_id: at for log_id, at in self._aside.items() if log_id in lives and at > self._now()}
        for log_id, life in lives.items():
            if log_id in known:
                self._uplinks[log_id] = known[log_id]
            elif log_id not in self._aside:
                self._begin(log_id, life)

    def _begin(self, log_id: str, life: OutLog) -> None:
        try:
            uplink = self._uplinks[log_id] = self._uplink(life)
            if self._up:
                uplink.line_up()
        except Exception as error:
            self._set_aside(log_id, error)

    def line_up(self) -> None:
        self._up = True
        self.look()
        for _ in self.each(Uplink.line_up):
            pass

    def line_down(self) -> None:
        self._up = False
        for _ in self.each(Uplink.line_down):
            pass

    def each(self, ask: Callable[[Uplink], T]) -> Iterator[T]:
        """What each one says that can."""
        for log_id, uplink in list(self._uplinks.items()):
            try:
                yield ask(uplink)
            except Exception as error:
                self._set_aside(log_id, error)

    def fresh(self) -> None:
        """Brings those back whose time has come."""
        if self._wait() == 0.0:
            self.look()

    def wait(self) -> float | None:
        """Seconds until `Uplink.take` of one has something to do even if nothing happens; None: until then."""
        waits = [self._wait(), *self.each(Uplink.wait)]
        return min((wait for wait in waits if wait is not None), default=None)

    def heed(self, answer: Answer) -> bool:
        """Whether a past life believes a receipt of HQ. One that can take an answer to heart is well."""
        before = self._stumbles.get(answer.log, _WELL).times
        believed = any(self.each(lambda uplink: uplink.heed(answer)))
        if self._stumbles.get(answer.log, _WELL).times == before and answer.log in self._uplinks:
            self._stumbles.pop(answer.log, None)
        return believed

    @property
    def drained(self) -> bool:
        """Whether HQ has everything of all of them, and has said so since the line came up."""
        return all(self.each(lambda uplink: uplink.drained)) and not self._aside

    @property
    def trouble(self) -> str:
        """What goes wrong again and again; "" in good health."""
        found = ((log_id, stumbles.words) for log_id, stumbles in [*self._stumbles.items()] if stumbles.words)
        log_id, words = next(found, ("", ""))
        return (
            f"the past log {log_id} can't be looked through, new events go out all the same: {words}" if words else ""
        )

    def _wait(self) -> float | None:
        return max(0.0, min(self._aside.values()) - self._now()) if self._aside else None

    def _set_aside(self, log_id: str, error: Exception) -> None:
        self._uplinks.pop(log_id, None)
        stumbles = self._stumbles.setdefault(log_id, Stumbles())
        stumbles.again(error)
        self._aside[log_id] = self._now() + stumbles.pause
        log.error("past log %s stumbled; the others go on, it is tried again in %.0f s", log_id, stumbles.pause)
        log.error("%s", error, exc_info=error if stumbles.times == 1 else None)
