"""What holds for every driver, over its simulated device."""

import time

import pytest

from tests.hardware.rigs import Rig, supervised


def test_a_code_is_read_once(rig: Rig) -> None:
    with supervised(rig.driver, **rig.options) as (supervisor, recorder):
        expected = rig.show(1)
        recorder.wait_for("scan")
        time.sleep(0.3)
    assert recorder.codes() == [expected]
    assert (supervisor.health.scans, supervisor.health.driver) == (1, rig.driver)
    assert supervisor.health.last_scan == recorder.of("scan")[0].at


def test_two_readers_read_each_their_own(rigs: list[Rig]) -> None:
    with (
        supervised(rigs[0].driver, "one", **rigs[0].options) as (_, one),
        supervised(rigs[1].driver, "two", **rigs[1].options) as (_, two),
    ):
        expected = rigs[0].show(1), rigs[1].show(2)
        one.wait_for("scan")
        two.wait_for("scan")
    assert (one.codes(), two.codes()) == ([expected[0]], [expected[1]])
    assert {event.reader for event in one.events} == {"one"}


def test_a_burst_loses_nothing(rig: Rig) -> None:
    with supervised(rig.driver, **rig.options) as (_, recorder):
        expected = [rig.show(number) for number in range(rig.burst)]
        recorder.wait_for("scan", rig.burst)
    assert recorder.codes() == expected


def test_it_comes_back_after_each_unplugging(rig: Rig) -> None:
    expected = []
    with supervised(rig.driver, **rig.options) as (supervisor, recorder):
        for number in range(1, 6):
            rig.unplug()
            down = recorder.wait_for("down", number)
            assert down.error
            assert supervisor.health.state == "down"
            rig.replug()
            recorder.wait_for("up", number + 1)
            expected.append(rig.show(number))
            recorder.wait_for("scan", number)
        assert (supervisor.health.state, supervisor.health.error) == ("up", "")
    assert recorder.codes() == expected


@pytest.mark.parametrize("plugged", [True, False])
def test_it_stops_within_a_second(rig: Rig, plugged: bool) -> None:
    with supervised(rig.driver, **rig.options) as (supervisor, recorder):
        if not plugged:
            rig.unplug()
            recorder.wait_for("down")
        started = time.monotonic()
        supervisor.stop()
        assert time.monotonic() - started < 1.0
