"""All that a box has for HQ: its log, and the log's past lives, for an HQ that comes back from a backup."""

import logging
from collections.abc import Callable
from functools import partial
from random import Random

from sync.codec import Directed, Receipt, Told
from sync.outlog import NoRoom, OutLog
from sync.past import PastLives
from sync.uplink import BATCH_EVENTS, Uplink, UplinkState, decoded

log = logging.getLogger(__name__)


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
        uplink = partial(
            Uplink,
            store=store,
            now=now,
            wall_ms=wall_ms,
            random=random,
            batch_events=batch_events,
            state=self.state,
        )
        self._hq: tuple[str, int] | None = None
        self._present = uplink(out)
        self._past = PastLives(out, partial(uplink, past=True), now)

    @property
    def trouble(self) -> str:
        """What goes wrong with a past life again and again; "" in good health."""
        return self._past.trouble

    def line_up(self) -> None:
        self._past.line_up()
        self._present.line_up()

    def line_down(self) -> None:
        self._past.line_down()
        self._present.line_down()

    def wait(self) -> float | None:
        """Seconds until `take` has something to do even if nothing happens; None: until something happens."""
        waits = self._past.wait(), self._present.wait()
        return min((wait for wait in waits if wait is not None), default=None)

    @property
    def drained(self) -> bool:
        """Whether HQ has everything, and has said so since the line came up."""
        return self._past.drained and self._present.drained

    @property
    def in_flight(self) -> bool:
        """Whether an answer of HQ is awaited."""
        return self._present.in_flight or any(self._past.each(lambda uplink: uplink.in_flight))

    def take(self, most: int | None = None) -> bytes | None:
        """The next batch to publish, of at most `most` events: what was first comes first."""
        self._past.fresh()
        of_past = (payload for payload in self._past.each(lambda uplink: uplink.take(most)) if payload is not None)
        payload = next(of_past, None)
        return self._present.take(most) if payload is None else payload

    def hear(self, payload: bytes) -> Receipt | Told | Directed | None:
        """Takes what HQ says to heart. Returns a receipt that is believed, or what is not about the log: the answer to
        some question, directives."""
        answer = decoded(payload)
        if answer is None or isinstance(answer, Told | Directed):
            return answer
        forks = self.state.forks
        believed = self._past.heed(answer) or self._present.heed(answer)
        if self.state.forks != forks:
            self._past.look()
        if not believed or not isinstance(answer, Receipt):
            return None
        self._heard_from(answer.instance, answer.epoch)
        return answer

    def trim(self) -> bool:
        """Forgets some of what HQ has in a verified backup. False when nothing is left to forget."""
        trimmed = self._out.trim() or any(_trim(life) for life in self._out.past())
        if len(self._past):
            self._past.look()
        return trimmed

    def _heard_from(self, instance: str, epoch: int) -> None:
        """An HQ in another life may lack what a past life has."""
        if self._hq != (instance, epoch):
            for _ in self._past.each(Uplink.ask):
                pass
        self._hq = instance, epoch


def _trim(life: OutLog) -> bool:
    """One past life that can't be trimmed keeps no other from it."""
    try:
        return life.trim()
    except NoRoom:
        raise
    except Exception:
        log.exception("a past log could not be trimmed")
        return False
