"""The rules by which a box or one of its stations needs somebody. Pure: all that is known in, findings out."""

from collections.abc import Iterator
from dataclasses import dataclass

from edge.domain.box_state import BoxState, StationState
from hq.config import Alarms
from hq.fleet.findings import Finding
from hq.fleet.states import Box
from hq.stores import StoreState

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MIB = 1 << 20
HOT = 80.0
"""Degrees Celsius at which a Raspberry Pi begins to slow down."""
WRONG = 5 * MINUTE
"""A clock that is off by more: counts of the store are taken up to twice that."""
LATELY = DAY
"""For how long a refusal is news."""
SPEAKS = 3 * MINUTE
"""A box says of itself every minute; after so long without a word it is silent."""
SOON = 30 * DAY
"""Milliseconds before its end at which a certificate is told."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that is known of one store's box. Times in ms since 1970, 0: never."""

    store: StoreState
    box: Box
    enrolled: bool = False
    """Whether a certificate of it holds."""
    revoked: int = 0
    """When its last certificate was taken back, where none holds."""
    expires: int = 0
    open: bool = True
    """The store is, and has been for as long as a box may be away."""
    open_long: bool = True
    """The same for as long as a station may be."""

    @property
    def heard(self) -> int:
        """When the box last said anything."""
        return max(self.box.reported, self.store.last_received)


def findings(known: Known, limits: Alarms, now: int) -> list[Finding]:
    """The gravest first."""
    made = [*_line(known, limits, now), *_log(known, limits, now), *_machine(known, limits)]
    made += [*_readers(known), *_stations(known, limits, now), *_trust(known, now)]
    return sorted(made, key=lambda one: not one.grave)


def _line(known: Known, limits: Alarms, now: int) -> Iterator[Finding]:
    name, box = known.store.store, known.box
    if not known.heard and box.online is None:
        if known.enrolled:
            words = "it is enrolled, and was never heard"
            yield Finding(store=name, kind="unseen", words=words, remedy="Start the box, and run tote doctor on it.")
        return
    if box.online and box.reported and now - box.reported > max(SPEAKS, limits.unseen_minutes * MINUTE):
        words = f"its line is up, yet for {_age(now - box.reported)} it says nothing of itself"
        yield Finding(store=name, kind="silent", words=words, remedy="Run tote doctor on it, or restart it.")
    gone = max(known.heard, 0 if box.online is None else box.since)
    patience = DAY if box.online is None else limits.unseen_minutes * MINUTE  # an older box is heard when it has events
    if not box.online and known.open and now - gone > patience:
        words = f"not seen for {_age(now - gone)}, though the store is open"
        remedy = "Is it on, and the network up? The shop goes on without the line; nothing is lost. Then tote doctor."
        yield Finding(store=name, kind="unseen", words=words, remedy=remedy)


def _log(known: Known, limits: Alarms, now: int) -> Iterator[Finding]:
    store, state = known.store, known.box.state
    for notice in store.notices:
        if notice.open:
            remedy = "docs/operate.md says how: Copied cards, rolled back, torn and damaged logs."
            yield Finding(store=store.store, kind=notice.kind, words=notice.words, remedy=remedy)
    if store.waiting_in_quarantine:
        words = f"{store.waiting_in_quarantine} of its events lie in quarantine"
        yield Finding(store=store.store, kind="quarantine", words=words, remedy="See them: tote-hq quarantine list.")
    if store.version_refused:
        remedy = (
            "What it shows is whole and stays. Publish another version, or fetch it again: tote-hq box do STORE fetch."
        )
        words = f"it did not take {store.version_refused}"
        yield Finding(store=store.store, kind="version", words=words, remedy=remedy)
    if state is None:
        return
    waits = now + known.box.skew - state.oldest_waiting if state.oldest_waiting else 0
    if known.box.online and waits > limits.queue_minutes * MINUTE:
        words = f"{state.waiting} events wait to be sent, the oldest for {_age(waits)}"
        remedy = "Its line is up: tote doctor on the box says what holds them, tote-hq doctor whether HQ takes any."
        yield Finding(store=store.store, kind="queue", words=words, remedy=remedy)
    if state.trouble:
        yield Finding(store=store.store, kind="trouble", words=state.trouble, remedy="Run tote doctor on the box.")


def _machine(known: Known, limits: Alarms) -> Iterator[Finding]:
    name, state = known.store.store, known.box.state
    if state is None:
        return
    if state.disk_free is not None and state.disk_free < limits.disk_mib * MIB:
        words = f"{state.disk_free // MIB} MiB are free on its disk"
        remedy = "Lower pictures_mb, or give it a larger card: when it is full, baskets can't be changed any more."
        yield Finding(store=name, kind="disk", words=words, remedy=remedy)
    if state.temperature is not None and state.temperature >= HOT:
        remedy = "Give it air: above 80 °C it slows down."
        yield Finding(store=name, kind="hot", words=f"it is {state.temperature:.0f} °C hot", remedy=remedy, grave=False)
    off = abs(known.box.skew) if known.box.reported else 0
    if state.clock == "behind" or off > WRONG:
        words = "its clock runs behind" if state.clock == "behind" else f"its clock is off by {_age(off)}"
        remedy = "Let a time server through (UDP 123), then on the box: timedatectl set-ntp true."
        yield Finding(store=name, kind="clock", words=words, remedy=remedy)


def _readers(known: Known) -> Iterator[Finding]:
    name, state = known.store.store, known.box.state
    for reader in state.readers if state and known.box.online is not False else ():
        if reader.state == "down":
            where = f" of station {reader.station}" if reader.station else ""
            words = f"reader {reader.name}{where} is down{f': {reader.error}' if reader.error else ''}"
            remedy = f"Look at its plug, then on the box: tote readers test {reader.name}."
            yield Finding(store=name, kind="reader", subject=reader.name, words=words, remedy=remedy)


def _stations(known: Known, limits: Alarms, now: int) -> Iterator[Finding]:
    state = known.box.state
    for station in state.stations if state else ():
        if not station.locked:
            yield from _station(known, state, station, limits, now)


def _station(
    known: Known, state: BoxState | None, station: StationState, limits: Alarms, now: int
) -> Iterator[Finding]:
    store = known.store.store
    lock = f"Is it lost? Lock it out: tote-hq box do {store} lock {station.id}."
    there = known.box.online is not False and state is not None
    lost = now + known.box.skew - station.seen if station.seen is not None else 0
    if there and known.open_long and lost > limits.station_minutes * MINUTE:
        words = f"station {station.id} was not seen for {_age(lost)}, though the store is open and its box is there"
        yield Finding(store=store, kind="vanished", subject=station.id, words=words, remedy=lock)
    if station.away:
        words = f"station {station.id} was seen from a network that is not the store's"
        remedy = f"{lock} Is that network the store's? Name it in pairing.networks on the box."
        yield Finding(store=store, kind="away", subject=station.id, words=words, remedy=remedy)
    if station.battery is not None and station.battery < limits.battery_percent and not station.charging:
        words = f"station {station.id} has {station.battery} % left in its battery, and no charger"
        remedy = "Have somebody plug it in."
        yield Finding(store=store, kind="battery", subject=station.id, words=words, remedy=remedy, grave=False)


def _trust(known: Known, now: int) -> Iterator[Finding]:
    store = known.store
    if known.revoked and store.refused_last > known.revoked and now - store.refused_last < LATELY:
        words = f"its certificate is revoked, and somebody spoke in its name since: {store.refused_reason}"
        remedy = "A stolen box, or an old copy: docs/stolen-box.md. It was refused; enrol the store's new box."
        yield Finding(store=store.store, kind="revoked", words=words, remedy=remedy)
    elif store.known and store.refused_last and now - store.refused_last < LATELY:
        words = f"{store.refused} of its messages were refused, the last: {store.refused_reason}"
        remedy = "docs/operate.md, What to do when, names the reasons."
        yield Finding(store=store.store, kind="refused", words=words, remedy=remedy)
    if known.enrolled and known.expires and known.expires - now < SOON:
        words = (
            f"its certificate ends in {_age(known.expires - now)}" if known.expires > now else "its certificate ended"
        )
        remedy = f"Give it another: tote-hq box do {store.store} rotate-keys, or enrol it again."
        yield Finding(store=store.store, kind="certificate", words=words, remedy=remedy)


def _age(ms: int) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if ms >= unit:
            return f"{ms // unit} {name}{'s' if ms >= 2 * unit else ''}"
    return "less than a minute"
