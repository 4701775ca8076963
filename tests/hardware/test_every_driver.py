"""What holds for every driver, over its simulated device."""

import time

import pytest

from tests.hardware.rigs import Recorder, Rig

PLUGS = 50


def read(rig: Rig, recorder: Recorder, number: int) -> bytes:
    """Show a code, wait until it is read, and take it away."""
    read_before = len(recorder.codes())
    expected = rig.show(number)
    recorder.wait_for("scan", read_before + 1)
    rig.clear()
    return expected


def test_a_code_is_read_once(rig: Rig) -> None:
    with rig.supervised() as (supervisor, recorder):
        expected = rig.show(1)
        recorder.wait_for("scan")
        time.sleep(0.5)
    assert recorder.codes() == [expected]
    assert (supervisor.health.scans, supervisor.health.driver) == (1, rig.driver)
    assert supervisor.health.last_scan == recorder.of("scan")[0].at
    assert {event.reader for event in recorder.events} == {"reader"}


def test_what_is_held_again_is_read_again(rig: Rig) -> None:
    with rig.supervised() as (_, recorder):
        first = read(rig, recorder, 1)
        time.sleep(rig.apart)
        again = read(rig, recorder, 1)
    assert recorder.codes() == [first, again]


def test_two_readers_read_each_their_own(rigs: list[Rig]) -> None:
    with rigs[0].supervised("one") as (_, one), rigs[1].supervised("two") as (_, two):
        expected = rigs[0].show(1), rigs[1].show(2)
        one.wait_for("scan")
        two.wait_for("scan")
        time.sleep(0.3)
    assert (one.codes(), two.codes()) == ([expected[0]], [expected[1]])
    assert ({event.reader for event in one.events}, {event.reader for event in two.events}) == ({"one"}, {"two"})


@pytest.mark.timeout(180)
def test_a_burst_loses_nothing(rig: Rig) -> None:
    with rig.supervised() as (_, recorder):
        if rig.queues:
            expected = [rig.show(number) for number in range(rig.burst)]
            recorder.wait_for("scan", rig.burst, timeout=30)
        else:
            expected = [read(rig, recorder, number) for number in range(rig.burst)]
        time.sleep(0.2)
    assert recorder.codes() == expected


@pytest.mark.timeout(180)
def test_it_comes_back_from_being_unplugged_fifty_times(rig: Rig) -> None:
    expected = []
    with rig.supervised() as (supervisor, recorder):
        for number in range(1, PLUGS + 1):
            rig.unplug()
            assert recorder.wait_for("down", number).error
            rig.replug()
            supervisor.nudge()  # as udev's word does
            recorder.wait_for("up", number + 1, timeout=30)
            expected.append(read(rig, recorder, number))
        assert (supervisor.health.state, supervisor.health.error) == ("up", "")
    assert recorder.codes() == expected


def test_one_that_hangs_is_down_and_comes_back(rig: Rig) -> None:
    if not rig.can_hang:
        pytest.skip(f"{rig.driver}: a dead device can't be told from an idle one")
    with rig.supervised() as (supervisor, recorder):
        before = read(rig, recorder, 1)
        rig.hang()
        assert recorder.wait_for("down", timeout=15).error
        rig.recover()
        supervisor.nudge()
        recorder.wait_for("up", 2, timeout=15)
        after = read(rig, recorder, 2)
    assert recorder.codes() == [before, after]


def test_broken_bytes_are_never_a_code_and_reading_goes_on(rig: Rig) -> None:
    with rig.supervised() as (_, recorder):
        before = read(rig, recorder, 1)
        rig.corrupt()
        time.sleep(1.0)
        ups, downs = len(recorder.of("up")), len(recorder.of("down"))
        if downs == ups:
            recorder.wait_for("up", ups + 1)
        after = read(rig, recorder, 2)
    assert recorder.codes() == [before, after]


@pytest.mark.parametrize("plugged", [True, False])
def test_it_stops_within_a_second(rig: Rig, plugged: bool) -> None:
    with rig.supervised() as (supervisor, recorder):
        if not plugged:
            rig.unplug()
            recorder.wait_for("down")
        began = time.monotonic()
        supervisor.stop()
        assert time.monotonic() - began < 1.0
