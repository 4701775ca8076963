"""Each rule finds what it is about, says what to do, and is silent about a box that is well."""

from dataclasses import replace
from typing import Any

import pytest

from edge.domain.article import Store
from edge.domain.box_state import BoxState, ReaderState, StationState
from edge.domain.hours import is_open
from hq.config import RULES, Alarms
from hq.fleet.open_hours import open_for
from hq.fleet.rules import DAY, HOUR, MIB, MINUTE, Known, findings
from hq.fleet.states import Box
from hq.notices import Notice
from hq.stores import StoreState
from tests.hq.boxes import NOW, STORE

LIMITS = Alarms()
READER = ReaderState(name="nfc", driver="nfc_pn532", state="up", station="wall")
TABLET = StationState(id="tablet", kind="tablet", paired=1, seen=NOW - MINUTE, battery=80, charging=False)
STATE = BoxState(
    version="1.2", catalogue="1.7", disk_free=900 * MIB, clock="set", readers=(READER,), stations=(TABLET,)
)
BOX = Box(online=True, since=NOW - HOUR, reported=NOW - MINUTE, state=STATE)
LOG = StoreState(store=STORE, name="Tallinn", known=True, last_received=NOW - HOUR, logs=1)
WELL = Known(store=LOG, box=BOX, enrolled=True, expires=NOW + 400 * DAY)


def found(known: Known, **limits: Any) -> list[str]:
    made = findings(known, replace(LIMITS, **limits), NOW)
    assert all(one.words and one.remedy.endswith(".") and one.kind in RULES and one.store == STORE for one in made)
    return [f"{one.kind} {one.subject}".strip() for one in made]


def box(**fields: Any) -> Known:
    return replace(WELL, box=replace(BOX, **fields))


def state(**fields: Any) -> Known:
    return box(state=replace(STATE, **fields))


def station(**fields: Any) -> Known:
    return state(stations=(replace(TABLET, **fields),))


def log(**fields: Any) -> Known:
    return replace(WELL, store=replace(LOG, **fields))


def test_nobody_is_needed_where_all_is_well() -> None:
    assert found(WELL) == []
    assert found(replace(WELL, box=Box())) == [], "a box of an older version says nothing of itself"
    assert found(replace(WELL, store=replace(LOG, last_received=0, logs=0), box=Box(), enrolled=False)) == []


GONE = box(online=False, since=NOW - 20 * MINUTE, reported=NOW - 20 * MINUTE)
FORK = Notice(store=STORE, kind="fork", at=NOW, log_id="0f", n=3, words="it forked", open=True)


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        (GONE, ["unseen"]),
        (replace(GONE, open=False), []),
        (box(online=False, since=NOW - 10 * MINUTE), []),
        (replace(WELL, store=replace(LOG, last_received=0), box=Box()), ["unseen"]),
        (replace(log(last_received=NOW - 2 * DAY), box=Box()), ["unseen"]),
        (box(reported=NOW - 20 * MINUTE), ["silent"]),
        (state(waiting=9, oldest_waiting=NOW - 31 * MINUTE), ["queue"]),
        (replace(GONE, open=False, box=replace(GONE.box, state=replace(STATE, oldest_waiting=1))), []),
        (state(trouble="HQ refuses its events"), ["trouble"]),
        (state(disk_free=499 * MIB), ["disk"]),
        (state(temperature=81.0), ["hot"]),
        (state(clock="behind"), ["clock"]),
        (box(skew=-6 * MINUTE), ["clock"]),
        (state(readers=(replace(READER, state="down", error="unplugged"),)), ["reader nfc"]),
        (station(seen=NOW - 61 * MINUTE), ["vanished tablet"]),
        (replace(station(seen=NOW - 61 * MINUTE), open_long=False), []),
        (station(seen=None), []),
        (station(away=True), ["away tablet"]),
        (station(seen=NOW - 2 * HOUR, away=True, locked=True), []),
        (station(battery=14), ["battery tablet"]),
        (station(battery=14, charging=True), []),
        (log(notices=(FORK,)), ["fork"]),
        (log(notices=(replace(FORK, open=False),)), []),
        (log(waiting_in_quarantine=2), ["quarantine"]),
        (log(version_refused="catalogue 1.8: it is not signed"), ["version"]),
        (log(refused=3, refused_last=NOW - HOUR, refused_reason="a forged batch"), ["refused"]),
        (log(refused=3, refused_last=NOW - 2 * DAY, refused_reason="a forged batch"), []),
        (replace(log(refused=1, refused_last=NOW - 5), enrolled=False, revoked=NOW - 9), ["revoked"]),
        (replace(WELL, enrolled=False, revoked=NOW - 9), []),
        (replace(WELL, expires=NOW + 29 * DAY), ["certificate"]),
    ],
)
def test_a_rule_finds_what_it_is_about(known: Known, kinds: list[str]) -> None:
    assert found(known) == kinds


def test_limits_are_those_of_the_settings() -> None:
    assert found(GONE, unseen_minutes=30) == []
    assert found(state(disk_free=499 * MIB), disk_mib=100) == []
    assert found(station(battery=14), battery_percent=5) == []


def test_a_boxs_own_clock_makes_no_station_vanish_and_no_queue_old() -> None:
    ahead = replace(station(seen=NOW + HOUR - MINUTE).box, skew=HOUR)
    assert found(replace(WELL, box=ahead)) == ["clock"]


def test_what_touches_shoppers_stands_first() -> None:
    assert found(replace(station(battery=3), store=replace(LOG, waiting_in_quarantine=1))) == [
        "quarantine",
        "battery tablet",
    ]


# ---- opening hours ---------------------------------------------------------------------------------------------------

MONDAY_9_UTC = 1_790_586_000_000
HOURS = "Mo-Sa 10:00-20:00; Su 11:00-18:00"


def test_a_store_is_open_by_its_own_hours_and_clock() -> None:
    tallinn = Store(id=STORE, name="", hours=HOURS, time_zone="Europe/Tallinn")  # 12:00 there
    usual = {"usual": "08:00-09:00", "zone": "UTC"}
    assert open_for(tallinn, 60, MONDAY_9_UTC, **usual)
    assert not open_for(tallinn, 121, MONDAY_9_UTC, **usual), "it was not open then"
    assert not open_for(replace(tallinn, time_zone="UTC"), 1, MONDAY_9_UTC, **usual)
    unread = replace(tallinn, hours="Mo-Fr 10:00-20:00; PH off", time_zone="")
    assert not open_for(unread, 0, MONDAY_9_UTC, **usual) and open_for(unread, 0, MONDAY_9_UTC - MINUTE, **usual)
    assert open_for(None, 600, MONDAY_9_UTC, usual="", zone="UTC")


@pytest.mark.parametrize(
    ("text", "day", "minute", "expected"),
    [
        (HOURS, 0, 599, False),
        (HOURS, 0, 600, True),
        (HOURS, 6, 1100, False),
        ("Fr-Mo 18:00-02:00", 4, 1080, True),
        ("Fr-Mo 18:00-02:00", 1, 119, True),
        ("Fr-Mo 18:00-02:00", 2, 60, False),
        ("Mo-Su 09:00-18:00; Su 12:00-16:00", 6, 600, False),
        ("Mo, We 09:00-12:00, 13:00-18:00", 2, 750, False),
        ("24/7", 0, 0, None),
        ("", 0, 0, None),
    ],
)
def test_the_simple_part_of_opening_hours_is_read(text: str, day: int, minute: int, expected: bool | None) -> None:
    assert is_open(text, day, minute) is expected
