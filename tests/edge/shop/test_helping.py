"""Calls for help: they ring until somebody comes, also after a restart and on a full disk."""

import pytest

from edge.shop import NoSuchCallError, Session, Shop
from edge.shop.helping import LONGEST
from edge.store import StorageFullError
from tests.edge.shop.conftest import Bench

MARI = Session(token="", staff="aa11bb22", name="Mari", station="staff", opened=0, touched=0)


def told(bench: Bench) -> list[str]:
    return [kind for kind in bench.kinds() if kind.startswith("Help")]


def test_a_call_goes_from_asked_to_helped(bench: Bench) -> None:
    helping = bench.shop.helping
    with bench.shop.hub.subscribe("wall") as wall:
        helping.ask("wall", "")
        assert wall.get(1) is not None
    call = helping.of("wall")
    assert call and call.staff == ""
    bench.clock.ms += 90_000
    assert helping.waited(call) == 90_000
    helping.accept(MARI, call.id)
    assert [one.staff for one in helping.calls()] == [MARI.staff]
    helping.finish(MARI, call.id)
    assert helping.of("wall") is None
    assert told(bench) == ["HelpAsked", "HelpAnswered", "HelpEnded"]


def test_asking_twice_is_asking_once_and_is_taken_back_by_who_leaves(bench: Bench) -> None:
    bench.shop.helping.ask("wall", "")
    bench.shop.helping.ask("wall", "")
    bench.shop.end_visit("wall", "idle")
    assert bench.shop.helping.of("wall"), "whoever waits may touch nothing for a while"
    bench.shop.end_visit("wall", "done")
    assert bench.shop.helping.of("wall") is None
    assert told(bench) == ["HelpAsked", "HelpEnded"]


def test_a_call_that_nobody_ended_is_over_after_a_while(bench: Bench) -> None:
    bench.shop.helping.ask("wall", "")
    bench.clock.ms += LONGEST - 1
    bench.shop.sweep()
    assert bench.shop.helping.of("wall")
    bench.clock.ms += 1
    bench.shop.sweep()
    assert bench.shop.helping.of("wall") is None


def test_it_rings_on_after_a_restart(bench: Bench) -> None:
    bench.shop.helping.ask("wall", "")
    asked = bench.shop.helping.calls()
    shop = bench.shop
    again = Shop(shop.settings, bench.database, bench.log, bench.shelf, now=bench.clock, new_id=lambda: "f" * 32)
    assert again.helping.calls() == asked


def test_a_full_disk_keeps_nobody_from_being_helped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise StorageFullError("no space left on device")

    monkeypatch.setattr(bench.database, "write", full)
    bench.shop.helping.ask("wall", "")
    call = bench.shop.helping.of("wall")
    assert call
    bench.shop.helping.accept(MARI, call.id)
    bench.shop.helping.finish(MARI, call.id)
    assert bench.shop.helping.calls() == []


def test_a_call_that_is_over_can_not_be_answered(bench: Bench) -> None:
    with pytest.raises(NoSuchCallError):
        bench.shop.helping.accept(MARI, "0" * 32)
