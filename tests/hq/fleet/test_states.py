"""What boxes say of themselves reaches HQ over a real broker, and is kept as it was said last."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge.domain.box_state import BoxState, StationState
from edge.watching.reporting import Reporter
from hq.fleet import states
from hq.fleet.listening import StateLine
from hq.fleet.states import Box, Heard
from hq.service import Hq
from sync import topics
from sync.codec import encode_report
from sync.line import LineUp
from sync.service import box_line
from tests import mosquitto
from tests.hq.boxes import NOW, STORE
from tests.hq.conftest import Clock
from tests.hq.waiting import until
from tests.sync.test_line import next_of

TABLET = StationState(id="tablet", kind="tablet", seen=NOW - 5, device="Linux armv8l", battery=40, charging=False)
STATE = BoxState(version="1.2", head=9, waiting=2, stations=(TABLET,), disk_free=10)


def kept(hq: Hq, store: str = STORE) -> Box:
    with hq.reading() as connection:
        return states.every(connection).get(store, Box())


def keep(hq: Hq, **heard: object) -> None:
    with hq.engine.begin() as connection:
        states.keep(connection, {STORE: Heard(**heard)}, now=hq.clock())  # type: ignore[arg-type]


def test_the_latest_word_counts_and_what_it_does_not_say_stays(any_hq: Hq, clock: Clock) -> None:
    keep(any_hq, online=True)
    clock.now += 1000
    keep(any_hq, state=STATE, at=NOW + 3000)
    clock.now += 1000
    keep(any_hq, online=False)
    assert kept(any_hq) == Box(online=False, since=NOW + 2000, reported=NOW + 1000, skew=2000, state=STATE)


def test_a_station_that_was_not_seen_since_its_box_started_stays_seen_as_before(hq: Hq) -> None:
    keep(hq, state=STATE, at=NOW)
    keep(hq, state=replace(STATE, stations=(StationState(id="tablet", kind="tablet"),)), at=NOW)
    state = kept(hq).state
    assert state and state.stations[0].seen == NOW - 5 and state.stations[0].battery == 40


def test_what_the_broker_had_kept_is_as_old_as_it_says(hq: Hq) -> None:
    keep(hq, state=STATE, at=NOW - 3_600_000, kept=True)
    assert kept(hq).reported == NOW - 3_600_000
    keep(hq, state=STATE, at=NOW + 3_600_000, kept=True)
    assert kept(hq).reported == NOW, "a clock that runs ahead makes nothing newer than now"


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (topics.state(STORE), b"{"),
        (topics.state(STORE), encode_report("boreal-riga", NOW, STATE)),
        (topics.state(STORE), encode_report(STORE, NOW, {"head": 1})),
        (topics.state(STORE), encode_report(STORE, NOW, replace(STATE, trouble="x" * 50_000))),
        (topics.state("not-known-here"), encode_report("not-known-here", NOW, STATE)),
        (f"tote/1/state/63/{STORE}", encode_report(STORE, NOW, STATE)),
        (topics.here(STORE), b"perhaps"),
    ],
)
def test_what_is_no_report_of_that_store_changes_nothing(hq: Hq, topic: str, payload: bytes) -> None:
    line = StateLine(hq, [("127.0.0.1", 1)])
    line.take(topic, payload)
    line.write()
    with hq.reading() as connection:
        assert states.every(connection) == {}


def test_more_stations_than_a_box_may_have_are_cut(hq: Hq) -> None:
    line = StateLine(hq, [("127.0.0.1", 1)])
    many = replace(STATE, stations=tuple(StationState(id=f"s{n}", kind="wall") for n in range(70)))
    line.take(topics.state(STORE), encode_report(STORE, NOW, many))
    line.write()
    state = kept(hq).state
    assert state and len(state.stations) == 64


@mosquitto.needed
def test_a_box_reports_over_the_broker_and_hq_that_comes_later_hears_it_too(hq: Hq, tmp_path: Path) -> None:
    with mosquitto.somewhere(tmp_path) as port:
        address = [("127.0.0.1", port)]
        box, told = box_line(address, STORE), [STATE]
        box.start()
        next_of(box, LineUp)
        reporter = Reporter(STORE, lambda: told[0], box.publish, now=lambda: NOW)
        assert reporter.tell() and not reporter.tell(), "nothing new, and not yet time"
        line = StateLine(hq, address)
        line.start()
        until(lambda: kept(hq).state == STATE and kept(hq).online is True)
        told[0] = replace(STATE, refused="catalogue 1.2: it is not signed")
        assert reporter.tell(), "a change is told at once"
        until(lambda: kept(hq).state == told[0])
        box.stop()
        until(lambda: kept(hq).online is False)
        line.stop()


def test_a_report_that_the_line_did_not_take_is_told_when_it_is_up(hq: Hq) -> None:
    up, told = [False], list[bytes]()

    def publish(topic: str, payload: bytes, *, retain: bool) -> bool:
        assert topic == topics.state(STORE) and retain
        if up[0]:
            told.append(payload)
        return up[0]

    reporter = Reporter(STORE, lambda: STATE, publish, now=lambda: NOW)
    assert not reporter.tell()
    up[0] = True
    assert reporter.tell() and not reporter.tell()
    reporter.line_up()
    assert reporter.tell(), "the broker may be another"
    assert len(told) == 2
