"""Guarantee 8: a second box with the same certificate is noticed and alarmed; one that reconnects is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq import stores
from hq.authority import line_trust, sessions
from hq.authority.sessions import KICKS, OVERLAP, Sessions
from hq.authority.watch import Watch
from tests.guarantees.secured import Secured, needs_mosquitto, secured, until

A, B = "aurora-tallinn", "boreal-riga"


def came(client: str, store: str) -> str:
    """As Debian's 2.0.11 writes it."""
    return f"1795371690: New client connected from 127.0.0.1:37013 as {client} (p5, c1, k10, u'{store}')."


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Secured]:
    with secured(tmp_path / "hq") as here:
        yield here


@needs_mosquitto
def test_two_live_sessions_of_one_certificate_raise_an_alarm(
    line: Secured, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sessions, "OVERLAP", 0.5)
    watch = Watch(line.hq, [(line.host, line.port)], line_trust(line.hq))
    watch.start()
    until(lambda: watch.up, "the watch")
    try:
        with line.up(B), line.up(A), line.up(A):
            until(lambda: refusals(line), "the alarm")
    finally:
        watch.stop()
    assert refusals(line) == {A: sessions.TWO}
    assert f"store {A}" in caplog.text


def refusals(line: Secured) -> dict[str, str]:
    with line.hq.reading() as connection:
        return {s.store: s.refused_reason for s in stores.overview(connection) if s.refused}


def test_a_box_that_comes_back_while_its_old_session_is_thought_alive_is_one_box() -> None:
    seen = Sessions()
    seen.heard(came("tote-aurora-1", A), 0)
    seen.heard(came("tote-aurora-2", A), 100)
    assert seen.doubled(100 + OVERLAP - 1) == []
    seen.heard("1795371690: Client tote-aurora-1 has exceeded timeout, disconnecting.", 115)
    assert seen.doubled(1000) == []


def test_two_that_stay_are_named_once_and_again_only_after_they_were_one() -> None:
    seen = Sessions()
    seen.heard(came("one", A), 0)
    seen.heard(came("two", A), 0)
    assert [seen.doubled(at) for at in (OVERLAP - 1, OVERLAP, OVERLAP + 1)] == [[], [A], []]
    seen.heard("Client two closed its connection.", 50)
    assert seen.doubled(51) == []
    seen.heard(came("two", A), 60)
    assert seen.doubled(61 + OVERLAP) == [A]


def test_two_that_kick_each_other_are_noticed_though_never_both_are_there() -> None:
    seen = Sessions()
    for turn in range(KICKS):
        seen.heard(came("same", A), turn)
        seen.heard("1795371690: Client same already connected, closing old connection.", turn + 0.5)
    assert seen.doubled(KICKS) == [A]


def test_hq_itself_may_be_there_many_times() -> None:
    seen = Sessions()
    for client in ("tote-hq-1", "tote-hq-2", "tote-hq-3"):
        seen.heard(came(client, "_hq"), 0)
    assert seen.doubled(1000) == []


def test_a_client_id_can_not_make_believe_that_it_is_another_store() -> None:
    seen = Sessions()
    seen.heard(came("one", B), 0)
    seen.heard(came(f"x (p5, c1, k10, u'{B}'). as y", A), 0)
    assert seen.doubled(1000) == []
