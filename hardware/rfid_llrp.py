"""UHF readers that speak LLRP over TCP: fitting rooms and exits, a hundred tags at once."""

import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import ClassVar, Literal, Self

from hardware.errors import BadOption, DeviceLost
from hardware.llrp.frames import Kind
from hardware.llrp.link import Link
from hardware.llrp.messages import ALL, OURS, REGULATION, configuration, rospec_number, standing_order
from hardware.llrp.portal import Change, Portal
from hardware.llrp.reports import Transmitter, powers
from hardware.scan import ReaderEvent, Scan

KEEPALIVE = 1.0
"""Seconds between the reader's signs of life."""


class LlrpReader:
    """Reads each tag once while it is in the field of the reader at `host`, whose antennas make one station.

    `antennas` are the numbers of those to use (none: all), `transmit` is the most to send with (dBm; None: as the
    reader is set), `rssi` how loud a tag must be to count (dBm; None: however weak), `gone` after how many seconds of
    silence it has left.
    """

    driver: ClassVar[str] = "rfid_llrp"

    def __init__(
        self,
        name: str,
        *,
        host: str,
        port: int = 5084,
        antennas: list[int] | tuple[int, ...] = (),
        transmit: float | None = None,
        rssi: int | None = None,
        gone: float = 2.0,
    ) -> None:
        if not isinstance(host, str) or not host:
            raise BadOption(f"host = {host!r}: give the reader's address")
        _check(port=port, antennas=antennas, transmit=transmit, rssi=rssi, gone=gone)
        self._name, self._antennas, self._transmit, self._gone = name, antennas or (ALL,), transmit, gone
        self._rssi = rssi
        self._link = Link(host, port)
        self._portal = Portal(gone=gone, weakest=rssi)

    def __enter__(self) -> Self:
        try:
            self._link.open()
            self._start()
        except BaseException:
            self._link.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._take_leave()
        finally:
            self._link.close()

    def abort(self) -> None:
        """Free the connection, from another thread."""
        self._link.abort()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Wait for reports and yield what came into the field and what left it."""
        seen = self._link.sightings(timeout)
        if self._rssi is not None and any(sighting.rssi is None for sighting in seen):
            raise BadOption(f"the reader at {self._link.where} does not tell how loud a tag is: remove `rssi`")
        for change in self._portal.hear(seen, time.monotonic()):
            yield self._event("present", change)
            yield self._scan(change)
        for change in self._portal.silence(self._known_until()):
            yield self._event("removed", change)

    def _known_until(self) -> float:
        """That no tag is told says nothing while the reader says nothing at all: a hang empties no fitting room."""
        return min(time.monotonic(), self._link.heard + min(KEEPALIVE, self._gone / 2))

    def _start(self) -> None:
        sender = self._transmitter()
        self._link.ask(Kind.DELETE_ACCESSSPEC, rospec_number(ALL))  # what others left, which would go on by itself
        self._link.ask(Kind.DELETE_ROSPEC, rospec_number(ALL))
        self._link.ask(Kind.SET_READER_CONFIG, configuration(KEEPALIVE))
        self._link.ask(Kind.ADD_ROSPEC, standing_order(self._antennas, sender))
        self._link.ask(Kind.ENABLE_ROSPEC, rospec_number(OURS))
        self._link.say(Kind.ENABLE_EVENTS_AND_REPORTS)  # has no answer; another program may have told it to hold them
        self._link.ask(Kind.START_ROSPEC, rospec_number(OURS))

    def _transmitter(self) -> Transmitter | None:
        if self._transmit is None:
            return None
        known = powers(self._link.ask(Kind.GET_READER_CAPABILITIES, REGULATION))
        chosen = known.at_most(self._transmit)
        if chosen is None:
            least, where = min(known.levels.values(), default=0.0), self._link.where
            raise BadOption(f"transmit = {self._transmit}: the reader at {where} sends at least {least} dBm")
        return chosen

    def _take_leave(self) -> None:
        with suppress(DeviceLost):  # it is closed in any case
            self._link.say(Kind.STOP_ROSPEC, rospec_number(OURS))
            self._link.say(Kind.DELETE_ROSPEC, rospec_number(OURS))
            self._link.say(Kind.CLOSE_CONNECTION)
            self._link.await_farewell()

    def _event(self, kind: Literal["present", "removed"], change: Change) -> ReaderEvent:
        return ReaderEvent(kind=kind, reader=self._name, at=time.time(), tag=change.epc)

    def _scan(self, change: Change) -> ReaderEvent:
        now = time.time()
        scan = Scan(reader=self._name, symbology="epc", data=change.epc.hex().upper().encode(), at=now)
        return ReaderEvent(kind="scan", reader=self._name, at=now, scan=scan)


def _check(*, port: int, antennas: object, transmit: float | None, rssi: int | None, gone: float) -> None:
    """Raise `BadOption`; `antennas` out of the reader's range is told by the reader."""
    if type(port) is not int or not 0 < port < 1 << 16:
        raise BadOption(f"port = {port!r}: give the reader's TCP port, 5084 unless it was changed")
    if not isinstance(antennas, list | tuple) or not all(type(n) is int and 0 < n < 1 << 16 for n in antennas):
        raise BadOption(f"antennas = {antennas!r}: give a list of their numbers on the reader, as [1, 2]")
    if transmit is not None and not (_is_number(transmit) and 0 <= transmit <= 36):
        raise BadOption(f"transmit = {transmit!r}: give dBm between 0 and 36, as 24.5")
    if rssi is not None and not (type(rssi) is int and -128 <= rssi <= 0):
        raise BadOption(f"rssi = {rssi!r}: give whole dBm between -128 and 0, as -60")
    if not (_is_number(gone) and 0.2 <= gone <= 3600):
        raise BadOption(f"gone = {gone!r}: give seconds between 0.2 and 3600")


def _is_number(value: object) -> bool:
    return type(value) in (int, float)
