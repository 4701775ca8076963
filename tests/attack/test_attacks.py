"""The short form: every attack on the screens of a box in this process, over the loopback, whose addresses count as
other machines'."""

import logging
import time
from collections.abc import Iterator

import pytest

from edge.httpd import pace
from edge.httpd import server as httpd
from edge.httpd.turns import Lines
from edge.watching import Watch
from kiosk import create_app
from kiosk.server import Server, serve
from tests.attack.attacks import ATTACKS, SHORT, Attack
from tests.attack.judging import Outcome, counted, logged
from tests.attack.target import Target
from tests.kiosk.aurora import Aurora, Range

ATTACKER = "127.0.0.66"
LINES_EACH = 20
"""Of the attacker: less than the short form opens."""
BY_HTTPS = {"in the open"}
"""Attacks that need a box that speaks https: they are in the long form, and in tests/kiosk/test_security.py."""


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(readers=(), vitals={})


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, watch: Watch) -> Iterator[Target]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(httpd, "is_own", lambda _: False)
        patched.setattr(pace, "FORBORNE", 0.4)
        patched.setattr(pace, "LOOK", 0.1)
        patched.setattr("kiosk.server.RATE", 10_000)
        aurora = Aurora(tmp_path_factory.mktemp("box"), Range(tmp_path_factory.mktemp("range")))
        aurora.shop.pairing.required = True
        server = serve(create_app(aurora.shop, watch=watch))
        server._server.lines = Lines(LINES_EACH, 2 * LINES_EACH)
        server.start()
        try:
            yield _target(aurora, server)
        finally:
            server.stop()
            aurora.close()


def _target(aurora: Aurora, server: Server) -> Target:
    pairing = aurora.shop.pairing
    ended = pairing.issue("tablet")
    pairing.revoke(pairing.paired()[0].id)
    code = pairing.offer("tablet")
    pairing.accept("tablet", code)
    return Target(
        host="127.0.0.1",
        port=server.port,
        secure=False,
        station="tablet",
        token=pairing.issue("tablet"),
        ended=ended,
        other=pairing.issue("wall"),
        used=code,
        source=ATTACKER,
    )


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.name not in BY_HTTPS], ids=lambda a: a.name)
def test_it_is_refused_logged_and_counted(
    target: Target, watch: Watch, attack: Attack, caplog: pytest.LogCaptureFixture
) -> None:
    before = counted(watch.figures().decode())
    with caplog.at_level(logging.WARNING):
        answers = attack.run(target, SHORT)
    after = counted(watch.figures().decode())
    outcome = Outcome(
        attack=attack,
        answers=answers,
        seconds=0,
        counted={reason: count - before.get(reason, 0) for reason, count in after.items()},
        logged=_logged(watch, caplog),
    )
    assert outcome.faults() == []


def _logged(watch: Watch, caplog: pytest.LogCaptureFixture) -> frozenset[str]:
    """By this attack or an earlier one: the same is told once a minute."""
    told.update(logged(caplog.text, ATTACKER))
    return frozenset(told)


told: set[str] = set()


def test_an_attack_that_wins_is_found_out() -> None:
    """The negative control: what an answer that lets somebody in, or a log that is silent, is judged to be."""
    attack = next(attack for attack in ATTACKS if attack.name == "CSRF")
    won = Outcome(attack=attack, answers={"403": 29, "200": 1}, seconds=1, counted={}, logged=frozenset())
    assert won.faults() == [
        "1 answers of 200",
        "'foreign-page' is not counted",
        "'foreign-page' is not in the log",
    ]


def test_a_scan_that_takes_longer_than_shoppers_wait_is_found_out() -> None:
    flood = next(attack for attack in ATTACKS if attack.name == "flood")
    reasons = dict.fromkeys(flood.reasons, 1.0)
    slow = Outcome(
        attack=flood,
        answers={"401": 100},
        seconds=9,
        counted=reasons,
        logged=frozenset(reasons),
        took=[20.0] * 15 + [900.0] * 5,
        failed=1,
    )
    assert slow.faults(quiet=20.0) == ["1 scans came to nothing", "p95 of a scan 900 ms, 20 ms in quiet"]
    assert slow.faults(quiet=400.0) == ["1 scans came to nothing"], "the machine itself is that slow"


def test_a_good_tablet_is_served_all_the_while(target: Target) -> None:
    from tests.attack.target import bearer, request

    with target.connect() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        asked = request(target, "GET", "/s/tablet/state.json", bearer(target.token))
        assert target.ask(asked) == "200"
        assert time.monotonic() - began < 5
