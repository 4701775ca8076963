"""The thread that looks once a minute what needs somebody, and tells by mail and webhook what begins and is over."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic

from hq.doctor import house, trust
from hq.fleet import alarms, boxes
from hq.fleet.alarms import Told, Way
from hq.fleet.findings import Finding
from hq.fleet.posting import mailed, posted
from hq.recurring import Recurring
from hq.service import Hq

log = logging.getLogger(__name__)

POLL = 60.0
SETTLED = 180.0
"""Seconds that HQ's line must have been up until what is seen by it counts: boxes come back one after the other."""
AWAY = 300.0
"""Seconds after which a broker that is away is an alarm."""
Tell = Callable[[Hq, list[Told]], None]


class Alarming:
    """`line_up` says whether the broker is there; None where HQ runs without a line."""

    def __init__(self, hq: Hq, line_up: Callable[[], bool] | None, *, now: Callable[[], float] = monotonic) -> None:
        self._hq, self._line_up, self._now = hq, line_up, now
        self._turned, self._was_up = now(), False

    def round(self) -> None:
        """Looks, and tells what is due. What could not be told is due again."""
        hq, limits = self._hq, self._hq.config.alarms
        lasts = self._line_lasts()
        with hq.reading() as connection:
            found = [one for box in boxes.overview(connection, hq.config, hq.clock()) for one in box.findings]
        with hq.engine.begin() as connection:
            own = list(self._own(lasts))
            alarms.note(connection, [*found, *own], now=hq.clock(), line=self._was_up and lasts >= SETTLED)
        ways: dict[Way, Tell] = {}
        if limits.mail and hq.config.mail.smtp:
            ways["mailed"] = mailed
        if limits.webhook:
            ways["posted"] = posted
        for way, tell in ways.items():
            self._tell(way, tell)
        with hq.engine.begin() as connection:
            alarms.forget(connection, list(ways), now=hq.clock())

    def _tell(self, way: Way, tell: Tell) -> None:
        with self._hq.reading() as connection:
            due = alarms.due(connection, way, now=self._hq.clock(), off=self._hq.config.alarms.off)
        if not due:
            return
        try:
            tell(self._hq, due)
        except Exception as error:  # whatever it is: the other way is to be tried all the same
            log.error("%s alarms could not be told (%s), they are told with the next: %s", len(due), way, error)
            return
        with self._hq.engine.begin() as connection:
            alarms.tell(connection, way, due, now=self._hq.clock())
        log.info("%s alarms told (%s)", len(due), way)

    def _line_lasts(self) -> float:
        """For how many seconds the line has been as it is."""
        up = bool(self._line_up and self._line_up())
        if up != self._was_up:
            self._was_up, self._turned = up, self._now()
        return self._now() - self._turned

    def _own(self, lasts: float) -> Iterator[Finding]:
        """What of HQ itself needs somebody."""
        hq = self._hq
        if self._line_up and not self._was_up and lasts >= AWAY:
            words = f"HQ has no line to its broker for {lasts // 60:.0f} minutes: no store is heard"
            yield Finding(
                store="", kind="hq-broker", words=words, remedy="tote-hq doctor says why; boxes lose nothing."
            )
        for kind, check in (("hq-disk", house.disk), ("hq-backup", house.backup), ("hq-mail", house.mails)):
            if not (said := check(hq)).ok:
                yield Finding(store="", kind=kind, words=f"HQ, {said.what}: {said.words}", remedy=said.remedy)
        if waiting := len(hq.pending):
            words = f"{waiting} decisions wait for the database, which is busy or full"
            yield Finding(store="", kind="hq-decisions", words=words, remedy="tote-hq doctor looks at the database.")
        for said in trust.own(hq):
            if not said.ok:
                yield Finding(store="", kind="hq-certificate", words=said.words, remedy=said.remedy, subject=said.words)


def alarmer(hq: Hq, line_up: Callable[[], bool] | None, *, poll: float = POLL) -> Recurring:
    alarming = Alarming(hq, line_up)
    return Recurring("alarms", (partial(alarming.round), "alarms could not be looked at"), poll=poll)
