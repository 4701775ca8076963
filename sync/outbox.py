"""All that a box has for HQ: its log, and the log's past lives, for an HQ that comes back from a backup."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from sync.codec import Receipt, Told
from sync.outlog import OutLog
from sync.uplink import BATCH_EVENTS, Uplink, UplinkState, decoded


class Outbox:
    """One `Uplink` for the present life and one for each past one. Used as an `Uplink` is."""

    def __init__(
        self,
        out: OutLog,
        store: str,
        *,
        now: Callable[[], float],
        wall_ms: Callable[[], int],
        random: Random,
        batch_events: int = BATCH_EVENTS,
    ) -> None:
        """`now` is a monotonic clock in seconds, `wall_ms` the box's clock in milliseconds."""
        self._out = out
        self.state = UplinkState()
        self._uplink = partial(
            Uplink,
            store=store,
            now=now,
            wall_ms=wall_ms,
            random=random,
            batch_events=batch_events,
            state=self.state,
        )
        self._up = False
        self._hq: tuple[str, int] | None = None
        self._present = self._uplink(out)
        self._past: dict[str, Uplink] = {}
        self._look_back()

    def line_up(self) -> None:
        self._up = True
        self._look_back()
        for uplink in self._uplinks():
            uplink.line_up()

    def line_down(self) -> None:
        self._up = False
        for uplink in self._uplinks():
            uplink.line_down()

    def wait(self) -> float | None:
        """Seconds until `take` has something to do even if nothing happens; None: until something happens."""
        return min((wait for uplink in self._uplinks() if (wait := uplink.wait()) is not None), default=None)

    @property
    def drained(self) -> bool:
        """Whether HQ has everything, and has said so since the line came up."""
        return all(uplink.drained for uplink in self._uplinks())

    @property
    def in_flight(self) -> bool:
        """Whether an answer of HQ is awaited."""
        return any(uplink.in_flight for uplink in self._uplinks())

    def take(self, most: int | None = None) -> bytes | None:
        """The next batch to publish, of at most `most` events: what was first comes first."""
        return next((payload for uplink in self._uplinks() if (payload := uplink.take(most)) is not None), None)

    def hear(self, payload: bytes) -> Receipt | Told | None:
        """Takes what HQ says to heart. Returns a receipt that is believed, or an answer to some question."""
        answer = decoded(payload)
        if answer is None or isinstance(answer, Told):
            return answer
        forks = self.state.forks
        believed = any(uplink.heed(answer) for uplink in self._uplinks())
        if self.state.forks != forks:
            self._look_back()
        if not believed or not isinstance(answer, Receipt):
            return None
        self._heard_from(answer.instance, answer.epoch)
        return answer

    def trim(self) -> bool:
        """Forgets some of what HQ has in a verified backup. False when nothing is left to forget."""
        trimmed = self._out.trim() or any(life.trim() for life in self._out.past())
        if self._past:
            self._look_back()
        return trimmed

    def _uplinks(self) -> Iterator[Uplink]:
        yield from self._past.values()
        yield self._present

    def _look_back(self) -> None:
        """Which past lives there are now."""
        known, self._past = self._past, {}
        for life in self._out.past():
            uplink = known.get(life.log_id) or self._uplink(life, past=True)
            if self._up and life.log_id not in known:
                uplink.line_up()
            self._past[life.log_id] = uplink

    def _heard_from(self, instance: str, epoch: int) -> None:
        """An HQ in another life may lack what a past life has."""
        if self._hq != (instance, epoch):
            for uplink in self._past.values():
                uplink.ask()
        self._hq = instance, epoch
