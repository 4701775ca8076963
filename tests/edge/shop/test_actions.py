"""What HQ asks of a box: kept with the directive, done behind it, told in the log; a station locked out is nobody's."""

import msgspec
import pytest

from edge.actions import PATIENCE, Actions, CannotError, NotNowError
from edge.domain.directives import FetchAgain, LockStation, RestartBrowser
from edge.domain.events import ActionEnded
from edge.shop import PairingRefusedError
from edge.shop.chores import Chore
from tests.edge.shop.conftest import Bench
from tests.edge.shop.test_directives import say

A, B = "a" * 32, "b" * 32


def ended(bench: Bench) -> list[tuple[str, bool, str]]:
    events = [event for event in bench.log.read(0, 1000, 1 << 30)[0] if event.kind == "ActionEnded"]
    told = [msgspec.json.decode(event.body, type=ActionEnded) for event in events]
    return [(one.action, one.done, one.why) for one in told]


def lock(bench: Bench, station: str = "tablet", *, locked: bool = True, n: int = 1) -> None:
    meant = LockStation(action=f"{n:032x}", station=station, locked=locked)
    say(bench.shop, meant, at=(1, n), since=(1, n - 1) if n > 1 else (0, 0))


def test_what_is_asked_waits_and_is_told_when_it_is_done(bench: Bench) -> None:
    done: list[Chore] = []
    actions = Actions(bench.shop.chores, {RestartBrowser: done.append}, now=lambda: 0)
    say(bench.shop, RestartBrowser(action=A, station="tablet"))
    assert ended(bench) == [] and bench.shop.chores.woken.is_set()
    for chore in bench.shop.chores.waiting():
        actions.do(chore)
    assert done == [RestartBrowser(action=A, station="tablet")]
    assert ended(bench) == [(A, True, "")] and bench.shop.chores.waiting() == []


def test_what_can_not_be_done_says_why_and_what_must_wait_waits_a_day(bench: Bench) -> None:
    now, why = [0], [NotNowError("no line")]

    def carry(_: Chore) -> None:
        raise why[0]

    actions = Actions(bench.shop.chores, {FetchAgain: carry}, now=lambda: now[0])
    say(bench.shop, FetchAgain(action=A))
    actions.do(FetchAgain(action=A))
    assert ended(bench) == [] and len(bench.shop.chores.waiting()) == 1
    now[0] += PATIENCE
    actions.do(FetchAgain(action=A))
    say(bench.shop, FetchAgain(action=B), at=(1, 2), since=(1, 1))
    why[0] = CannotError("no certificate")  # type: ignore[call-overload]
    actions.do(FetchAgain(action=B))
    assert ended(bench) == [(A, False, "no line"), (B, False, "no certificate")]


def test_an_accident_is_told_without_its_words(bench: Bench) -> None:
    def carry(_: Chore) -> None:
        raise ValueError("somebody@example.com")

    say(bench.shop, FetchAgain(action=A))
    Actions(bench.shop.chores, {FetchAgain: carry}, now=lambda: 0).do(FetchAgain(action=A))
    assert ended(bench) == [(A, False, "it failed: ValueError")]


def test_the_same_directive_once_more_asks_for_nothing_twice(bench: Bench) -> None:
    for _ in range(2):
        say(bench.shop, FetchAgain(action=A))
    assert len(bench.shop.chores.waiting()) == 1


def test_a_station_that_is_locked_out_is_nobodys_until_it_is_let_in_and_paired_anew(bench: Bench) -> None:
    pairing = bench.shop.pairing
    token, code = pairing.issue("tablet"), pairing.offer("tablet")
    other = pairing.issue("wall")
    lock(bench)
    assert ended(bench) == [(f"{1:032x}", True, "")]
    assert not pairing.admits(token, "tablet") and not pairing.holds(token, "tablet")
    assert pairing.admits(other, "wall"), "the others go on"
    for refused in (
        lambda: pairing.accept("tablet", code),
        lambda: pairing.issue("tablet"),
        lambda: pairing.offer("tablet"),
    ):
        with pytest.raises(PairingRefusedError):
            refused()
    lock(bench, locked=False, n=2)
    assert not pairing.holds(token, "tablet"), "what was paired before stays out"
    assert pairing.admits(pairing.accept("tablet", pairing.offer("tablet")), "tablet")


def test_a_station_is_locked_out_where_none_needs_to_be_paired_too(bench: Bench) -> None:
    assert not bench.shop.pairing.required and bench.shop.pairing.admits("", "tablet")
    lock(bench)
    assert not bench.shop.pairing.admits("", "tablet")


def test_a_station_that_is_none_here_is_told(bench: Bench) -> None:
    lock(bench, "nowhere")
    assert ended(bench) == [(f"{1:032x}", False, "this box has no such station")]


def test_a_page_is_told_to_load_anew_once(bench: Bench) -> None:
    before = bench.shop.reloading.number("tablet"), bench.shop.reloading.number("wall")
    bench.shop.reloading.ask("tablet")
    bench.shop.reloading.ask()
    after = bench.shop.reloading.number("tablet"), bench.shop.reloading.number("wall")
    assert [new - old for old, new in zip(before, after, strict=True)] == [2, 1]
